// What stands for process.stdout and process.stderr in a pod. Not here: where its writes go (log-file.test.ts).
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeLogStream } from '../../../shim/log/log-stream.ts'

function written() {
  const chunks: unknown[] = []
  const stream = makeLogStream(1, chunk => chunks.push(chunk))
  return { stream, chunks }
}

test('write() has written before it returns, and calls back later', async () => {
  const { stream, chunks } = written()
  const { promise, resolve } = Promise.withResolvers<void>()
  assert.is(
    stream.write('a', () => resolve()),
    true,
  )
  assert.equal(chunks, ['a'])
  await promise
})

test('a stream that is piped into it comes to its end, and so does one after it', async () => {
  const { stream, chunks } = written()
  await pipeline(Readable.from(['a', 'b']), stream)
  await pipeline(Readable.from(['c']), stream)
  stream.write('d')
  assert.equal(chunks, ['a', 'b', 'c', 'd'])
})

test('end() writes its chunk, calls back, and says that it has finished', async () => {
  for (const args of [['x'], ['x', 'utf8'], [Buffer.from('x')]] as [string][]) {
    const { stream, chunks } = written()
    const isOver = Promise.all([once(stream, 'finish'), finished(stream)])
    let calls = 0
    stream.end(...args, () => calls++)
    await isOver
    assert.is(calls, 1)
    assert.is(String(chunks), 'x')
    assert.is(stream.destroyed, false)
    stream.write('y')
    assert.is(chunks.length, 2)
  }
})

test('destroy() closes it, and what is written later is kept', async () => {
  const { stream, chunks } = written()
  stream.destroy()
  stream.write('after')
  assert.equal(chunks, ['after'])
})

test.run()
