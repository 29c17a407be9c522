import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
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
