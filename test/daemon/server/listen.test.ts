// Connections at the moment in which it is decided what they speak. Not here: what is spoken then (e2e/wire.test.ts).
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Authority } from '../../../daemon/server/access/authority.ts'
import type { Rpc } from '../../../daemon/server/lines/rpc.ts'
import { openDoors } from '../../../daemon/server/listen.ts'
import { Descriptors } from '../../../daemon/system/descriptors.ts'
import { Listeners } from '../../../daemon/system/listeners.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { scratch } from '../../scratch.ts'

test('openDoors() takes it for no error of the host when a client that is reset while what serves HTTP is being loaded', async () => {
  using at = scratch()
  const descriptors = new Descriptors({ limit: Number.POSITIVE_INFINITY, kept: 0, nowMs: () => 0 })
  const seams = { paths: dataPaths(at.dir), settings: defaultSettings, descriptors, log: {} } as unknown as Seams
  let port = 0
  const doors = await openDoors({
    listeners: new Listeners(),
    seams,
    rpc: {} as Rpc,
    authority: {} as Authority,
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    isReady: () => true,
    shutOut: () => new Set(),
    metrics: async () => ({ type: 'text/plain', text: '' }),
    gitRoom: async () => ({ bytes: Number.POSITIVE_INFINITY, quota: undefined }),
    onAddresses: ([address = '']) => {
      port = Number(address.split(':').at(-1))
    },
  })
  const closed = Promise.withResolvers<void>()
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: net.Socket }
    socket.once('close', closed.resolve)
    // As a reset that is heard before the module is there.
    socket.once('data', () => socket.destroy(new Error('read ECONNRESET')))
  }
  subscribe('net.server.socket', onSocket)
  const uncaught: unknown[] = []
  const keep = (error: unknown) => void uncaught.push(error)
  process.on('uncaughtException', keep)
  const client = net.connect(port, '127.0.0.1').on('error', () => {})
  client.write('GET ')
  await closed.promise
  // What serves HTTP is there when this is, and has been given the socket when all that waited for it has had its turn.
  await import('../../../daemon/server/http/http.ts')
  await new Promise(resolve => setImmediate(resolve))
  process.off('uncaughtException', keep)
  unsubscribe('net.server.socket', onSocket)
  client.destroy()
  doors.close()
  assert.equal(uncaught, [])
})

test.run()
