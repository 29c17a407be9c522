// Sockets that a keeper holds, with real ports.
import { once } from 'node:events'
import { readFileSync, symlinkSync } from 'node:fs'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { blockAt } from '../../../shim/keeper/apart.ts'
import { Sockets } from '../../../shim/keeper/sockets.ts'
import { errorOf } from '../../fails.ts'
import { freePort } from '../../free-port.ts'
import { needs } from '../../needs.ts'
import { isRefused } from '../../refused.ts'
import { scratch } from '../../scratch.ts'

test('hold() opens a socket, and whoever connects waits from then on', async () => {
  const sockets = new Sockets()
  const port = await freePort()
  const order = { key: 'web', ports: [{ name: 'main', host: '127.0.0.1', port }] }
  assert.is(await isRefused(port), true)
  await sockets.hold(order)
  assert.is(await isRefused(port), false, 'it waits in the queue')
  assert.equal(sockets.all, [order])
  sockets.release('web')
  assert.is(await isRefused(port), true)
  assert.is(sockets.hasAny, false)
})

test('hold() keeps those that are named again, closes others, and leaves all as it was where one cannot be opened', async () => {
  const sockets = new Sockets()
  const [first, second, taken] = [await freePort(), await freePort(), await freePort()]
  const portsOf = (...ports: number[]) => ports.map(port => ({ name: `p${port}`, host: '127.0.0.1', port }))
  await sockets.hold({ key: 'web', ports: portsOf(first, second) })
  const [before] = sockets.of('web')
  const server = net.createServer().listen(taken, '127.0.0.1')
  await once(server, 'listening')
  const error = await errorOf(() => sockets.hold({ key: 'web', ports: portsOf(first, taken) }))
  server.close()
  assert.is(error.code, 'port_taken')
  assert.is(sockets.of('web').length, 2)
  await sockets.hold({ key: 'web', ports: portsOf(first) })
  assert.equal(
    sockets.of('web').map(({ socket }) => socket),
    [before?.socket],
  )
  sockets.releaseAll()
})

test('hold() takes the place of a path at which nobody listens any more, and no other', async () => {
  using at = scratch()
  const path = at.path('a.sock')
  const order = { key: 'web', ports: [{ name: 'main', path }] }
  const left = new Sockets()
  await left.hold(order)
  const other = new Sockets()
  assert.is((await errorOf(() => other.hold(order))).code, 'port_taken')
  left.releaseAll()
  await other.hold(order)
  other.releaseAll()
})

test('hold() leaves what is no socket, and says that the path is taken', async () => {
  using at = scratch()
  const file = at.file('notes.txt', 'mine')
  symlinkSync(file, at.path('link'))
  const sockets = new Sockets()
  for (const path of [file, at.path('link'), at.dir]) {
    const { code } = await errorOf(() => sockets.hold({ key: 'web', ports: [{ name: 'main', path }] }))
    assert.is(code, 'port_taken', path)
  }
  assert.is(readFileSync(file, 'utf8'), 'mine')
  assert.is(sockets.hasAny, false)
})

needs(test, 'linux')('inherit() leaves a program that waits in accept as it is', async () => {
  const port = await freePort()
  const order = { key: 'web', ports: [{ name: 'main', host: '127.0.0.1', port }] }
  const before = new Sockets()
  await before.hold(order)
  const fd = before.of('web')[0]?.socket.fd as number
  const nonBlocking = 0o4000
  const flags = () =>
    Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8)
  assert.ok(flags() & nonBlocking)
  await blockAt([fd])
  assert.not(flags() & nonBlocking)
  const next = new Sockets()
  next.inherit(order, fd)
  assert.equal(next.heldAt('web'), { order, fds: [fd] })
  assert.not(flags() & nonBlocking)
  next.release('web')
  assert.is(await isRefused(port), true, 'it closed what it had')
})

test.run()
