// A first line from a connection, whatever chunks it comes in.
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readLine } from '../../../../daemon/server/shell/line.ts'

test('a line is read, and what is behind it stays to be read', async () => {
  for (const chunks of [['secret\nrest\n'], ['sec', 'ret', '\n', 'rest\n'], ['secret\r\nre', 'st\n']]) {
    const socket = new PassThrough()
    const line = readLine(socket, { maxBytes: 100 })
    for (const chunk of chunks) socket.write(chunk)
    assert.is(await line, 'secret')
    socket.end()
    assert.is(await text(socket), 'rest\n')
  }
})

test('one that is too long, or has no end, is none', async () => {
  const long = new PassThrough()
  const tooLong = readLine(long, { maxBytes: 10 })
  long.write('x'.repeat(11))
  assert.is(await tooLong, undefined)
  const cut = new PassThrough()
  const noEnd = readLine(cut, { maxBytes: 10 })
  cut.end('half')
  assert.is(await noEnd, undefined)
})

test('one that has left before it was asked is not waited for', async () => {
  const gone = new PassThrough()
  gone.destroy()
  await new Promise(resolve => gone.once('close', resolve))
  assert.is(await readLine(gone, { maxBytes: 10 }), undefined)
})

test.run()
