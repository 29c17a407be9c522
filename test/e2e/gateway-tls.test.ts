// The gateway with TLS as a pod of a real host: its two ports, and what becomes of sessions and requests while one run of it takes the
// place of another. What it does with a single client is in pods/gateway/https-door.test.ts.
import { once } from 'node:events'
import https from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { Root } from '../pods/gateway/certificates/making.ts'
import { scratch } from '../scratch.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const host = new TestHost()
const root = await Root.make()
const at = scratch()
let ports = { http: 0, https: 0 }

test.before(async () => {
  const { pem, key } = await root.make({ names: ['web.test'] })
  at.file('certs/web.pem', pem)
  at.file('certs/web.key', key)
  const server = "require('http').createServer((_, response) => response.end('hello')).listen(process.env.PORT)"
  await host.up()
  ports = { http: await freePort(), https: await freePort() }
  await host.pushFile('web', at.file('server.js', server))
  await host.ok('start', 'local', 'web', '--listen', 'unix', '--route', 'web.test')
  await host.ok('push', 'local', 'gateway', 'p8a:gateway')
})
test.after(async () => {
  at[Symbol.dispose]()
  await host.dispose()
})

async function get(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const to = { host: '127.0.0.1', port: ports.https, servername: 'web.test', ca: root.pem, agent: false }
  const request = https.get({ ...to, headers: { host: 'web.test' } }, response => {
    response
      .resume()
      .once('end', () => resolve(String(response.statusCode)))
      .once('error', reject)
  })
  request.once('error', reject)
  return await promise
}

/** Whether a session is taken up, and what it may be taken up by later. */
async function meet(session?: Buffer): Promise<{ isReused: boolean; session: Buffer }> {
  const to = { host: '127.0.0.1', port: ports.https, servername: 'web.test', ca: root.pem }
  const socket = connect({ ...to, maxVersion: 'TLSv1.2', ...(session && { session }) })
  const given = once(socket, 'session')
  await once(socket, 'secureConnect')
  const isReused = socket.isSessionReused()
  const [next] = isReused ? [session] : await given
  socket.destroy()
  return { isReused, session: next }
}

test('the gateway listens at both ports, and says which certificates it has', async () => {
  const listen = ['--listen', `http=127.0.0.1:${ports.http}`, '--listen', `https=127.0.0.1:${ports.https}`]
  const acme = ['--acme', 'a@b.test', '--acmeDirectory', `http://127.0.0.1:${await freePort()}/`]
  await host.ok('start', 'local', 'gateway', ...listen, '--certs', at.path('certs'), ...acme)
  await until(async () => (await get()) === '200', 'it is reached')
  assert.match(await host.ok('status', 'local', 'gateway'), /at port \d+ and port \d+, 1 certificate\b/)
  at.file('certs/bad.pem', 'nonsense')
  await until(async () => /bad\.pem: it has no key/.test(await host.ok('status', 'local', 'gateway')), 'it is told')
  assert.match(
    await host.ok('gateway', 'status'),
    /^certificate web\.pem: web\.test, ends at .*\ncertificate bad\.pem: it has no key/m,
  )
  assert.match(await host.ok('logs', 'local', 'gateway', '--tag', 'certificates'), /bad\.pem: it has no key/)
})

test('no request is lost while the gateway is reloaded, and the next run takes up the sessions of the one before', async () => {
  const { session } = await meet()
  let isOver = false
  const statuses = new Set<string>()
  const work = async () => {
    while (!isOver) {
      statuses.add(await get().catch(String))
      // Others on this machine have something to do too.
      await delay(10)
    }
  }
  const workers = [work(), work()]
  await host.ok('reload', 'local', 'gateway')
  isOver = true
  await Promise.all(workers)
  assert.equal([...statuses], ['200'])
  assert.ok((await meet(session)).isReused)
})

test('a certificate is ordered for a name that gets a route, and why there is none is told', async () => {
  await host.ok('group', 'set', 'api', 'web=1', '--route', 'ordered.test')
  // Whether the resolver of this machine is there or not: the name has no address, or the authority is not reached.
  const isTold = async () => /acme:ordered\.test: it could not be ordered: /.test(await host.ok('gateway', 'status'))
  await until(isTold, 'it is told why there is no certificate')
})

test.run()
