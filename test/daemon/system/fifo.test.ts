import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { writeFifo } from '../../../daemon/system/fifo.ts'
import { errorOf } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const fifo = (at: Scratch): { file: string; fd: number } => {
  const file = at.path('pipe')
  spawnSync('mkfifo', [file])
  return { file, fd: openSync(file, constants.O_RDWR | constants.O_NONBLOCK) }
}

test('writeFifo() writes all, also what does not fit into the pipe at once', async () => {
  using at = scratch()
  const { file, fd } = fifo(at)
  const bytes = Buffer.alloc(200_000, 'x')
  const writing = writeFifo(file, bytes, new AbortController().signal)
  let read = 0
  const some = Buffer.alloc(50_000)
  const take = () => {
    try {
      read += readSync(fd, some)
    } catch {
      // Nothing is there at the moment.
    }
    if (read < bytes.length) setImmediate(take)
  }
  take()
  assert.is(await writing, bytes.length)
  closeSync(fd)
})

test('writeFifo() gives up a pipe that nobody empties, and says how much it wrote', async () => {
  using at = scratch()
  const { file, fd } = fifo(at)
  const stop = new AbortController()
  const writing = writeFifo(file, Buffer.alloc(10_000_000), stop.signal)
  stop.abort()
  const written = await writing
  assert.ok(written < 10_000_000)
  closeSync(fd)
})

test('writeFifo() writes into nothing else', async () => {
  using at = scratch()
  const file = at.file('plain', 'mine')
  const { signal } = new AbortController()
  assert.match((await errorOf(() => writeFifo(file, Buffer.from('x'), signal))).message, /not a pipe/)
  assert.is(readFileSync(file, 'utf8'), 'mine')
  spawnSync('mkfifo', [at.path('unread')])
  assert.is((await errorOf(() => writeFifo(at.path('unread'), Buffer.from('x'), signal))).code, 'ENXIO')
})

test.run()
