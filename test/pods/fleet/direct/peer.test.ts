// Who is at the other end of a connection. What is asked over it is in bus.test.ts.
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openDoor } from '../../../../pods/fleet/direct/door.ts'
import { Peer } from '../../../../pods/fleet/direct/peer.ts'
import type { BusError } from '../../../../pods/fleet/port/ports.ts'
import { makeAuthority } from '../../../../pods/fleet/security/certificates.ts'

const host = '127.0.0.1'
const secret = Buffer.alloc(32, 1)
const peerAt = (port: number) => new Peer({ host, port, self: 'a', secret, most: () => 1000 })
const whyOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'it is done',
    error => (error as BusError).why,
  )

test('who has a certificate, and not the secret, is no host of the fleet, also where Node is to take any certificate', async () => {
  const stranger = createServer(await makeAuthority('f', Date.now()))
  stranger.on('tlsClientError', () => {})
  stranger.on('secureConnection', socket => socket.on('error', () => {}))
  stranger.listen(0, host)
  await once(stranger, 'listening')
  const { port } = stranger.address() as AddressInfo
  const name = 'NODE_TLS_REJECT_UNAUTHORIZED'
  const before = process.env[name]
  try {
    for (const value of ['1', '0']) {
      process.env[name] = value
      assert.is(await whyOf(peerAt(port).open()), 'not_delivered')
    }
  } finally {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
    stranger.close()
  }
})

test('Peer.close() ends an opening that is under way, which was no delivery', async () => {
  const door = await openDoor({ ...nothing, secretWith: () => secret })
  const peer = peerAt(door.port)
  const opening = whyOf(peer.open())
  peer.close()
  assert.is(await opening, 'not_delivered')
  door.close()
})

test('a connection that is made as its door closes is served no more', async () => {
  const asked: string[] = []
  const door = await openDoor({
    ...nothing,
    secretWith: () => {
      door.close()
      return secret
    },
    serve: () => async (_, subject) => {
      asked.push(subject)
      return Buffer.from('answer')
    },
  })
  const peer = peerAt(door.port)
  const asking = async () => {
    await peer.open()
    await peer.request('host.b.do', Buffer.from('?'), { timeoutMs: 60_000 })
  }
  assert.match(await whyOf(asking()), /^(not_delivered|unknown)$/)
  assert.equal(asked, [])
})

test('a stranger that says nothing, or no end of it, is not kept; nor is one as the door closes', async () => {
  const begun = Buffer.concat([Buffer.from([0x16, 3, 1, 0x3f, 0xff]), Buffer.alloc(100)])
  const strangerAt = async (port: number) => {
    const socket = connect(port, host).on('error', () => {})
    socket.resume()
    await once(socket, 'connect')
    return { socket, closed: new Promise(resolve => socket.on('close', resolve)) }
  }
  const door = await openDoor({ ...nothing, secretWith: () => undefined, handshakeMs: 100 })
  const [silent, talking] = [await strangerAt(door.port), await strangerAt(door.port)]
  talking.socket.write(begun)
  const saying = setInterval(() => talking.socket.write('x'), 10)
  await Promise.all([silent.closed, talking.closed])
  clearInterval(saying)
  door.close()
  const patient = await openDoor({ ...nothing, secretWith: () => undefined, handshakeMs: 2 ** 30 })
  const last = await strangerAt(patient.port)
  last.socket.write(begun)
  patient.close()
  await last.closed
})

test('of a door that closes whoever asks learns what was begun, and that nothing else was', async () => {
  const begun = Promise.withResolvers<void>()
  const door = await openDoor({
    ...nothing,
    secretWith: () => secret,
    serve: subject => async () => {
      if (subject === 'quick') return Buffer.from('answer')
      begun.resolve()
      return await new Promise(() => {})
    },
  })
  const peer = peerAt(door.port)
  await peer.open()
  const ask = async (subject: string) => await peer.request(subject, Buffer.from('?'), { timeoutMs: 600_000 })
  assert.is((await ask('quick')).toString(), 'answer')
  const slow = whyOf(ask('slow'))
  await begun.promise
  door.close()
  // Asked as the connection closes, in the very turn in which the other end was heard to go.
  const last = ask('next').catch(() => ask('last'))
  assert.equal(await Promise.all([slow, whyOf(ask('next')), whyOf(last)]), [
    'unknown',
    'not_delivered',
    'not_delivered',
  ])
})

const nothing = { host, port: 0, keyOf: () => 'key', most: () => 1000, serve: () => undefined, tell: () => {} }

test.run()
