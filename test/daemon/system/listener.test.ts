import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isListenedAt, listenerOf, problemAt } from '../../../daemon/system/listener.ts'
import { freePort } from '../../free-port.ts'
import { scratch } from '../../scratch.ts'

test('problemAt() is what the system says of an address', async () => {
  const port = await freePort()
  assert.is(await problemAt({ host: '', port }), undefined)
  assert.is(await problemAt({ host: '192.0.2.1', port }), 'EADDRNOTAVAIL')
  const server = net.createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  assert.is(await problemAt({ host: '127.0.0.1', port }), 'EADDRINUSE')
  if (process.platform === 'linux') assert.is((await listenerOf(port))?.pid, process.pid)
  server.close()
  await once(server, 'close')
  assert.is(await listenerOf(port), undefined)
})

test('isListenedAt() tells a socket that somebody has from one that was left', async () => {
  using at = scratch()
  const path = at.path('a.sock')
  assert.is(await isListenedAt(path), false)
  const server = net.createServer().listen(path)
  await once(server, 'listening')
  assert.is(await isListenedAt(path), true)
  server.close()
})

test.run()
