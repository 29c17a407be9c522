// Listening at a Unix socket, in both of its makes.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { listenAt } from '../../../shim/calls/pipe-server.ts'
import { anyPipe, pipeMakes } from '../../pipe-makes.ts'
import { scratch } from '../../scratch.ts'

test.after.each(anyPipe)

for (const [make, choose] of Object.entries(pipeMakes)) {
  test(`listenAt() by ${make} takes connections, which carry bytes both ways and end as those of net do`, async () => {
    using at = scratch()
    choose()
    const taken: net.Socket[] = []
    const server = await listenAt(
      at.path('sock'),
      socket => void taken.push(socket.on('data', data => socket.end(data))),
    )
    for (const text of ['first', 'second']) {
      const socket = net.connect(at.path('sock'))
      socket.write(text)
      const [answer] = await once(socket, 'data')
      assert.is(String(answer), text)
      await once(socket, 'close')
    }
    await Promise.all(taken.map(socket => socket.closed || once(socket, 'close')))
    assert.is(taken.length, 2)
    assert.ok(taken.every(socket => socket instanceof net.Socket))
    server.close()
    const refused = net.connect(at.path('sock'))
    const [error] = await once(refused, 'error')
    assert.match(error.code, /ENOENT|ECONNREFUSED/)
  })

  test(`listenAt() by ${make} says why it cannot, and leaves nothing`, async () => {
    using at = scratch()
    choose()
    const failed = await listenAt(at.path('none/sock'), () => {}).then(
      () => undefined,
      error => error,
    )
    assert.match(failed.code, /ENOENT|EACCES/)
    assert.is(existsSync(at.path('none')), false)
    const server = await listenAt(at.path('sock'), () => {})
    const second = await listenAt(at.path('sock'), () => {}).then(
      () => undefined,
      error => error,
    )
    assert.is(second.code, 'EADDRINUSE')
    server.close()
  })
}

test.run()
