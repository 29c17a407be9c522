import { once } from 'node:events'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { readAll, readUntil } from './standing.ts'
import { type StandingSecure, standingSecure } from './standing-secure.ts'

const get = 'GET /a?b HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n'
const ok = (_: unknown, response: { end(text: string): unknown }) => void response.end('ok')

async function answerTo(socket: TLSSocket): Promise<string> {
  socket.write(get)
  return await readAll(socket)
}

/** The code of the error with which a connection fails. */
async function failure({ secureDial }: StandingSecure, options: ConnectionOptions): Promise<string> {
  const socket = secureDial(options)
  const [error] = await Promise.race([
    once(socket, 'error'),
    once(socket, 'secureConnect').then(() => [{ code: 'in' }]),
  ])
  socket.destroy()
  return error.code
}

test('HttpsDoor brings requests to pods, who are told that they came by https', async () => {
  await standingSecure(
    (request, response) => void response.end(`${request.headers['x-forwarded-proto']} ${request.headers.forwarded}`),
    async ({ secureDial }) => {
      const answer = await answerTo(secureDial({ servername: 'EXAMPLE.com' }))
      assert.match(answer, /^HTTP\/1\.1 200 OK[\s\S]*https for=127\.0\.0\.1;host="example\.com";proto=https$/)
    },
  )
})

test('HttpsDoor gives each name its certificate, and others the alert that says so', async () => {
  await standingSecure(ok, async standing => {
    await standing.certificate('exact', { names: ['exact.example.com'] })
    await until(() => standing.secure.shelf.find('exact.example.com')?.label === 'exact.pem', 'it is read')
    const names = { 'exact.example.com': 'exact.example.com', 'other.example.com': 'example.com' }
    for (const [servername, subject] of Object.entries(names)) {
      const socket = standing.secureDial({ servername })
      await once(socket, 'secureConnect')
      assert.is(socket.getPeerCertificate().subject.CN, subject)
      socket.destroy()
    }
    const alert = 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME'
    assert.is(await failure(standing, { servername: 'other.org' }), alert)
    assert.is(await failure(standing, { servername: 'a.b.example.com' }), alert)
    assert.is(await failure(standing, { servername: '' }), alert)
  })
})

test('HttpsDoor gives the default certificate to those that want no name, or one that is not here', async () => {
  const work = async ({ secureDial }: StandingSecure) => {
    for (const servername of ['', 'other.org']) {
      const socket = secureDial({ servername, checkServerIdentity: () => undefined })
      assert.match(await answerTo(socket), /^HTTP\/1\.1 200 /)
    }
  }
  await standingSecure(ok, work, { defaultCertificate: 'example.pem' })
})

test('HttpsDoor speaks nothing older than TLS 1.2, and is not in the way of those that speak no TLS at all', async () => {
  await standingSecure(ok, async standing => {
    const options: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
    assert.match(await failure(standing, options), /PROTOCOL_VERSION|VERSION/)
    assert.is(await failure(standing, { maxVersion: 'TLSv1.2' }), 'in')
    const { dial, tlsPort } = standing
    const plain = dial(tlsPort)
    plain.write(get)
    assert.not.match(await readAll(plain), /200 OK/)
    assert.match(await answerTo(standing.secureDial()), /200 OK/)
  })
})

test('HttpsDoor takes up sessions that another run has begun', async () => {
  await standingSecure(ok, async standing => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = standing.secureDial({ maxVersion })
      const given = once(first, 'session')
      await answerTo(first)
      const [session] = await given
      const isReused = async () => {
        const again = standing.secureDial({ maxVersion, session })
        await once(again, 'secureConnect')
        const reused = again.isSessionReused()
        again.destroy()
        return reused
      }
      standing.door.changed()
      assert.ok(await isReused(), maxVersion)
      const other = Buffer.alloc(48, maxVersion)
      standing.door.useTickets({ make: other, accept: [other] })
      assert.not.ok(await isReused(), maxVersion)
    }
  })
})

test('HttpsDoor accepts tickets of the key before, and gives whoever comes back another one, of the key in force', async () => {
  await standingSecure(ok, async ({ door, secureDial }) => {
    const [before, now] = [Buffer.alloc(48, 'before'), Buffer.alloc(48, 'now')]
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      /** @returns whether it took up the session, and the one that it has then: by TLS 1.3 a ticket follows the handshake */
      const visit = async (session?: Buffer) => {
        const socket = secureDial({ maxVersion, ...(session && { session }) })
        const given = maxVersion === 'TLSv1.3' ? once(socket, 'session') : undefined
        await once(socket, 'secureConnect')
        const reused = socket.isSessionReused()
        const [next = socket.getSession()] = (await given) ?? []
        socket.destroy()
        return { reused, next: next as Buffer }
      }
      door.useTickets({ make: before, accept: [before] })
      const first = await visit()
      door.useTickets({ make: now, accept: [now, before] })
      const second = await visit(first.next)
      assert.ok(second.reused, maxVersion)
      door.useTickets({ make: now, accept: [now] })
      assert.not.ok((await visit(first.next)).reused, maxVersion)
      assert.ok((await visit(second.next)).reused, maxVersion)
    }
  })
})

test('HttpsDoor swaps a certificate without a restart, and connections that are open go on', async () => {
  await standingSecure(ok, async standing => {
    const open = standing.secureDial()
    open.write(get.replace('close', 'keep-alive'))
    await readUntil(open, /ok$/)
    const endsAtMs = Math.floor(Date.now() / 1000) * 1000 + 7_000_000
    await standing.certificate('example', { names: ['example.com'], endsAtMs })
    await until(() => standing.secure.shelf.find('example.com')?.endsAtMs === endsAtMs, 'it is read')
    const next = standing.secureDial()
    await once(next, 'secureConnect')
    assert.is(Date.parse(next.getPeerCertificate().valid_to), endsAtMs)
    next.destroy()
    open.write(get)
    assert.match(await readAll(open), /200 OK/)
  })
})

test('a request without TLS is sent to https where there is a certificate, and nobody is woken for it', async () => {
  await standingSecure(ok, async ({ get, pods, wakes, tlsPort, ...standing }) => {
    const web = pods.get('web')
    if (!web) throw new Error('there is none')
    pods.set('web', { ...web, status: 'idle', want: 'up' })
    const answer = await get('/a?b=%20')
    assert.match(
      answer,
      new RegExp(`^HTTP/1\\.1 308 [\\s\\S]*\r\nlocation: https://example\\.com:${tlsPort}/a\\?b=%20\r\n`),
    )
    assert.not.match(answer, /x-p8a-error/i)
    assert.equal(wakes, [])
    pods.set('web', web)
    standing.secure.shelf.put('files', [])
    assert.match(await get('/'), /^HTTP\/1\.1 200 /)
  })
})

test('a proxy that is trusted has done its part of https', async () => {
  const work = async ({ get }: StandingSecure) => {
    assert.match(await get('/', { 'X-Forwarded-Proto': 'https' }), /^HTTP\/1\.1 200 /)
    assert.match(await get('/', { 'X-Forwarded-Proto': 'http' }), /^HTTP\/1\.1 308 /)
  }
  await standingSecure(ok, work, { trustedProxies: '127.0.0.1' })
})

test('Secure tells of each certificate that is of no use, once', async () => {
  await standingSecure(ok, async standing => {
    const endsAtMs = Date.now() - 1000
    await standing.certificate('ended', { names: ['a.example.com'], beginsAtMs: endsAtMs - 1000, endsAtMs })
    await standing.certificate('other', { names: ['x.org'] })
    await until(() => standing.faults.length >= 3, 'it is told')
    assert.match(
      standing.faults.sort().join('\n'),
      /^ended\.pem: it has ended at .*\nended\.pem: no route is for a\.example\.com\nother\.pem: no route is for x\.org$/,
    )
    assert.match(await answerTo(standing.secureDial()), /200 OK/)
  })
})

test.run()
