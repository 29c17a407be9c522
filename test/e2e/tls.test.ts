// The port with TLS: what it speaks, how a remote pins it, an invitation, and a certificate that is given. What may be
// said on it is in wire.test.ts and security.test.ts.
import { X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { connect } from '../../cli/client/client.ts'
import { makeCertificate } from '../../daemon/server/tls/make.ts'
import { fixture } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('tls')
const host = new TestHost()

test.before(() => host.up('--tls'))
test.after(() => host.dispose())

const certificate = () => readFileSync(join(host.data, 'certificate.pem'), 'utf8').split('-----BEGIN PRIVATE')[0] ?? ''
const request = (method: string, more: object = {}) => `${JSON.stringify({ jsonrpc: '2.0', id: 1, method, ...more })}\n`
const info = () => host.ask('host.info', {})

/** Sends text, and reads until the other side has ended. */
async function talk(socket: net.Socket, text: string): Promise<string> {
  let answer = ''
  socket.on('data', chunk => (answer += chunk)).on('error', () => {})
  socket.end(text)
  await new Promise(resolve => socket.once('close', resolve))
  return answer
}

test('lines go over TLS as over TCP, to whoever checks name and certificate', async () => {
  // The types do not know that it may be half open.
  const options = { host: '127.0.0.1', port: host.port, ca: certificate(), allowHalfOpen: true }
  const socket = () => tls.connect(options as tls.ConnectionOptions)
  const answers = (await talk(socket(), request('host.auth', { params: { token: host.token } }) + request('host.info')))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.equal(answers[0].result, { authorized: true, name: 'default', role: 'admin', path: '' })
  assert.equal(answers[1].result.addresses[0], `tls://127.0.0.1:${host.port}`)
  assert.is(JSON.parse(await talk(socket(), request('host.info'))).error.data.code, 'unauthorized')
})

test('HTTP goes over TLS as over TCP', async () => {
  const post = (token: string) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const options = { port: host.port, path: '/rpc', method: 'POST', ca: certificate() }
      const asked = https.request({ ...options, headers: { authorization: `Bearer ${token}` } }, response => {
        let text = ''
        response.on('data', chunk => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text }))
      })
      asked.on('error', reject).end(request('pod.list'))
    })
  const { status, text } = await post(host.token)
  assert.equal([status, JSON.parse(text).result], [200, { pods: [] }])
  assert.is((await post('wrong')).status, 401)
})

test('a large push and a following log go over TLS', async () => {
  const { fingerprint = '' } = await info()
  const client = await connect(`tls://127.0.0.1:${host.port}`, { token: host.token, fingerprint })
  const code = `export default () => {}\n//${'x'.repeat(8 * 1024 * 1024)}`
  assert.is((await client.call('pod.push', { name: 'large', code })).size, code.length)
  const lines = client.logs({ follow: true })
  assert.ok((await lines.next()).value)
  client.close()
})

test('who speaks in the clear is told so, in lines and in HTTP, and nothing else', async () => {
  const plain = () => net.connect({ host: '127.0.0.1', port: host.port, allowHalfOpen: true })
  const line = JSON.parse(await talk(plain(), request('host.info', { token: host.token })))
  assert.equal([line.error.data.code, /without TLS/.test(line.error.message)], ['unsupported', true])
  const response = await fetch(`http://127.0.0.1:${host.port}/rpc`, { method: 'POST', body: request('host.info') })
  assert.equal([response.status, /without TLS/.test(await response.text())], [400, true])
})

test('old TLS is refused', async () => {
  const socket = tls.connect({ host: '127.0.0.1', port: host.port, ca: certificate(), maxVersion: 'TLSv1.2' })
  const error = await new Promise<NodeJS.ErrnoException>(resolve => socket.once('error', resolve))
  assert.ok(error)
})

test('a connection without a pin asks for an authority that this machine trusts', async () => {
  const error = await connect(`tls://127.0.0.1:${host.port}`, { token: host.token }).catch(error => error)
  assert.equal([error.code, /vouches/.test(error.message)], ['host_unreachable', true])
})

test('remote add shows the fingerprint and pins it; a changed one is refused before anything is sent', async () => {
  const { fingerprint = '' } = await info()
  const said = await host.ok('remote', 'add', 'origin', `https://127.0.0.1:${host.port}`, '--token', host.token)
  assert.ok(said.includes(fingerprint), said)
  await host.ok('push', 'origin', 'web', fixture('forever'))
  const enemy = await listening()
  const file = join(host.dir, 'config/p8a/config.json')
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, before.replace(`tls://127.0.0.1:${host.port}`, `tls://127.0.0.1:${enemy.port}`))
  const { exit, code, message, hint } = await host.refused('status', 'origin')
  assert.equal([exit, code, enemy.received()], [1, 'certificate_changed', ''])
  assert.match(message, /not the one that was pinned.*Nothing was sent/)
  assert.ok(hint.includes(fingerprint) && hint.includes(`pod remote pin origin ${enemy.fingerprint}`), hint)
  assert.is(
    (await host.refused('remote', 'add', 'x', `tls://127.0.0.1:${enemy.port}`, '--fingerprint', fingerprint)).code,
    'certificate_changed',
  )
  enemy.close()
  writeFileSync(file, before)
  await host.ok('status', 'origin')
})

/** Somebody else, who has a certificate too and listens to what is said. */
async function listening() {
  const pair = await makeCertificate({ name: 'p8a host x', hosts: ['127.0.0.1'], now: new Date() })
  let received = ''
  const server = tls.createServer(pair, socket => socket.on('data', chunk => (received += chunk)).on('error', () => {}))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const { fingerprint256: fingerprint } = new X509Certificate(pair.cert)
  return { port, fingerprint, received: () => received, close: () => server.close() }
}

test('a remote that is added without tls:// where TLS is spoken is told how to add it', async () => {
  const added = await host.pod('remote', 'add', 'plain', `127.0.0.1:${host.port}`, '--token', host.token)
  assert.match(added.stderr, new RegExp(`pod remote add plain tls://127.0.0.1:${host.port}`))
  await host.ok('remote', 'remove', 'plain')
})

test('a remote whose certificate cannot be seen is not added, unless its fingerprint is given', async () => {
  const { fingerprint = '' } = await info()
  assert.is((await host.refused('remote', 'add', 'far', 'tls://127.0.0.1:1')).code, 'host_unreachable')
  const kept = await host.pod(
    'remote',
    'add',
    'far',
    'tls://127.0.0.1:1',
    '--fingerprint',
    fingerprint.toLowerCase().replaceAll(':', ''),
  )
  assert.is(kept.code, 0)
  assert.ok(kept.stdout.includes(fingerprint) && kept.stderr.includes('cannot be used now'))
  assert.is((await host.refused('remote', 'add', 'bad', 'tls://127.0.0.1:1', '--fingerprint', 'abc')).code, 'usage')
  assert.is((await host.refused('remote', 'pin', 'nobody', fingerprint)).code, 'remote_not_found')
  assert.is((await host.refused('remote', 'pin', 'local', fingerprint)).code, 'unsupported')
})

test('an invitation is one string with address, fingerprint, token and path', async () => {
  await host.push('namespace', 'owner')
  await host.begin('owner')
  const address = `tls://127.0.0.1:${host.port}`
  const invite = (
    await host.ok('host', 'invite', 'ann', '--address', address, '--path', 'inner', '--role', 'read')
  ).trim()
  assert.match(invite, /^p8a_[\w-]+$/)
  const { fingerprint } = await info()
  const added = await host.json<object>('remote', 'add', 'invited', invite)
  const { version: _, ...said } = added as Record<string, unknown>
  assert.equal(said, { name: 'invited', address, path: 'inner', fingerprint, answers: true, pods: 0 })
  await host.ok('status', 'invited')
  assert.is((await host.refused('push', 'invited', 'x', fixture('forever'))).code, 'forbidden')
  await host.ok('host', 'token', 'remove', 'ann')
  assert.is((await host.refused('status', 'invited')).code, 'unauthorized')
  const truncated = await host.refused('remote', 'add', 'other', invite.slice(0, -20))
  assert.equal([truncated.code, truncated.message.includes(invite.slice(4, 40))], ['bad_address', false])
})

test('a certificate that is given is used, and read again when it changes', async () => {
  const other = new TestHost()
  try {
    const of = { name: 'given', hosts: ['localhost'], now: new Date() }
    const [first, second] = await Promise.all([makeCertificate(of), makeCertificate(of)])
    const [cert, key] = [join(other.dir, 'cert.pem'), join(other.dir, 'key.pem')]
    const put = (pair: typeof first) => {
      writeFileSync(cert, pair.cert)
      writeFileSync(key, pair.key, { mode: 0o600 })
    }
    put(first)
    assert.is((await other.refused('host', 'start', '-d', '--port', '0', '--cert', cert)).code, 'usage')
    assert.is(
      (await other.refused('host', 'start', '-d', '--port', '0', '--cert', cert, '--key', cert)).code,
      'bad_certificate',
    )
    await other.up('--cert', cert, '--key', key)
    const before = await other.ask('host.info', {})
    const client = await connect(`tls://127.0.0.1:${other.port}`, {
      token: other.token,
      fingerprint: before.fingerprint,
    })
    put(second)
    const after = await until(async () => {
      const now = await other.ask('host.info', {})
      return now.fingerprint !== before.fingerprint && now
    }, 'the other one is in force')
    await (await connect(`tls://127.0.0.1:${other.port}`, { token: other.token, fingerprint: after.fingerprint }))
      .call('host.info', {})
      .then(() => {})
    await client.call('host.info', {})
    client.close()
  } finally {
    await other.dispose()
  }
})

test('beyond loopback TLS is on by itself; without it the host says so at each start', async () => {
  const other = new TestHost()
  try {
    await other.up('--host', '0.0.0.0')
    const started = await other.ask('host.info', {})
    assert.is(started.addresses[0], `tls://0.0.0.0:${other.port}`)
    assert.ok(started.fingerprint)
    for (const _ of [1, 2]) {
      await other.ok('host', 'stop')
      const { code, stderr } = await other.pod(
        'host',
        'start',
        '-d',
        '--port',
        String(other.port),
        '--host',
        '0.0.0.0',
        '--no-tls',
      )
      assert.equal([code, /warning: TLS is off/.test(stderr)], [0, true])
    }
    assert.is((await other.ask('host.info', {})).fingerprint, undefined)
    assert.match(readFileSync(join(other.data, 'logs/host.log'), 'utf8'), /TLS is off on 0\.0\.0\.0/)
    const { stderr } = await other.pod('remote', 'add', 'clear', `192.0.2.1:1`)
    assert.match(stderr, /warning: without TLS/)
  } finally {
    await other.dispose()
  }
})

test('a host whose own certificate is gone makes another, which clients refuse until they pin it', async () => {
  await host.ok('host', 'stop')
  rmSync(join(host.data, 'certificate.pem'))
  await host.up('--tls')
  assert.is((await host.refused('status', 'origin')).code, 'certificate_changed')
  await host.ok('remote', 'pin', 'origin', (await info()).fingerprint ?? '')
  await host.ok('status', 'origin')
})

test.run()
