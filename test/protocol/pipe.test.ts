// The pipe of the link, in both of its makes. Not here: the link over it, which the end-to-end tests drive.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openPipe } from '../../protocol/pipe.ts'
import { anyPipe, pipeMakes } from '../pipe-makes.ts'
import { scratch } from '../scratch.ts'

const at = scratch()
const path = at.path('sock')
test.after.each(anyPipe)
test.after(() => at[Symbol.dispose]())

for (const [make, choose] of Object.entries(pipeMakes)) {
  test(`openPipe() by ${make} carries text both ways in order, and tells the end once`, async () => {
    choose()
    const server = net.createServer()
    server.listen(path)
    await once(server, 'listening')
    const closed: true[] = []
    const heard = collect()
    const connected = Promise.withResolvers<void>()
    const connection = once(server, 'connection')
    const pipe = openPipe(path, {
      onConnected: connected.resolve,
      onData: heard.take,
      onClosed: () => void closed.push(true),
    })
    await connected.promise
    const [socket] = (await connection) as [net.Socket]
    const said = collect()
    socket.on('data', said.take)
    // More than a socket takes at once, so that some of it has to wait.
    const long = 'ä'.repeat(2_000_000)
    pipe.write(`${long}\n`)
    pipe.write('last\n')
    await said.until(text => text.endsWith('last\n'))
    assert.ok(said.text() === `${long}\nlast\n`)
    socket.write('hello')
    await heard.until(text => text === 'hello')
    assert.equal(closed, [])
    socket.end()
    await once(socket, 'close')
    pipe.write('lost')
    await once(server.close(), 'close')
    assert.equal(closed, [true])
  })

  test(`openPipe() by ${make} tells the end where nobody listens`, async () => {
    choose()
    assert.not(existsSync(path))
    await new Promise<void>((resolve, reject) => {
      openPipe(path, { onConnected: () => reject(new Error('connected')), onData: () => {}, onClosed: () => resolve() })
    })
  })
}

test('openPipe() leaves warnings of deprecation as they were', () => {
  const before = process.noDeprecation
  openPipe(path, { onConnected: () => {}, onData: () => {}, onClosed: () => {} })
  assert.is(Boolean(process.noDeprecation), Boolean(before))
})

function collect() {
  const chunks: Uint8Array[] = []
  const text = () => Buffer.concat(chunks).toString()
  let check = () => {}
  return {
    text,
    take: (chunk: Uint8Array) => {
      chunks.push(chunk)
      check()
    },
    until: (isDone: (text: string) => boolean) =>
      new Promise<void>(resolve => {
        check = () => isDone(text()) && resolve()
        check()
      }),
  }
}

test.run()
