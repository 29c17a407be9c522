import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Checked, checkOutside } from '../../../daemon/pod/outside-check.ts'
import { freePort } from '../../free-port.ts'

const env = { PATH: process.env.PATH ?? '' }
const asked = (check: Checked['check'], port?: number) =>
  checkOutside({ check, port, cwd: '/', env, timeoutMs: 60_000 })

test('checkOutside() makes no check that is not asked for', async () => {
  assert.is(await asked({ interval: 10 }), undefined)
})

test('checkOutside() asks a path for less than 400, and says what came', async () => {
  const server = http.createServer((request, response) => {
    response.statusCode = request.url === '/health' ? 204 : 503
    response.end()
  })
  await once(server.listen(0), 'listening')
  const { port } = server.address() as AddressInfo
  try {
    assert.equal(await asked({ http: '/health' }, port), { status: 'up' })
    assert.equal(await asked({ http: `:${port}/health`, tcp: port }), { status: 'up' })
    assert.equal(await asked({ http: '/', tcp: true }, port), { status: 'error', text: '/ answered 503' })
  } finally {
    // A server that is open would keep a test file that failed from ending.
    server.close()
    server.closeAllConnections()
  }
})

test('checkOutside() asks a path over the connection that the run has taken, also one that serves one at a time', async () => {
  const taken: net.Socket[] = []
  const server = net.createServer(socket => {
    // The first one is served; whoever comes after it waits.
    if (taken.push(socket) === 1) socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
    else socket.once('data', () => socket.end('HTTP/1.1 503 Busy\r\n\r\n'))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const said = await checkOutside({
      ...{ check: { http: '/', tcp: true }, port, host: '127.0.0.1', cwd: '/', env, timeoutMs: 60_000 },
      whoAccepts: async () => 'own',
    })
    assert.equal([said, taken.length], [{ status: 'up' }, 1])
  } finally {
    for (const socket of taken) socket.destroy()
    server.close()
  }
})

test('checkOutside() asks by a side door as it asks at the port itself', async () => {
  const hosts: unknown[] = []
  const server = http.createServer((request, response) => {
    hosts.push(request.headers.host)
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port: sideDoor } = server.address() as AddressInfo
  const of = { check: { http: '/', tcp: true } as const, port: 8080, cwd: '/', env, timeoutMs: 60_000 }
  try {
    assert.equal(await checkOutside({ ...of, sideDoor }), { status: 'up' })
    assert.equal(await checkOutside({ ...of, sideDoor, host: '10.0.0.1' }), { status: 'up' })
    assert.equal(hosts, ['localhost:8080', '10.0.0.1:8080'])
  } finally {
    server.close()
    server.closeAllConnections()
  }
  assert.equal(await checkOutside({ ...of, sideDoor }), { status: 'waiting', text: 'port 8080 takes no connection' })
})

test('checkOutside() says which port takes no connection, and that there is none', async () => {
  const port = await freePort()
  assert.match((await asked({ tcp: true }, port))?.text ?? '', new RegExp(`port ${port} takes no connection`))
  assert.match((await asked({ http: '/' }))?.text ?? '', /check.http has no port/)
})

test('checkOutside() wants a command to end with code 0, in time', async () => {
  assert.equal(await asked({ command: 'test -d .' }), { status: 'up' })
  const failed = await asked({ command: 'echo no database >&2; exit 3' })
  assert.equal(failed, { status: 'error', text: 'check.command ended with code 3: no database' })
  const late = await checkOutside({
    check: { command: 'exec sleep 60' },
    port: undefined,
    cwd: '/',
    env,
    timeoutMs: 50,
  })
  assert.equal(late, { status: 'error', text: 'check.command did not end in 50 ms' })
})

test.run()
