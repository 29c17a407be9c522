import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BatchQueue } from '../../../cli/client/batch-queue.ts'
import { errorOf } from '../../fails.ts'

function queue() {
  const told: string[] = []
  const made = new BatchQueue<number, string>({ pause: () => told.push('pause'), resume: () => told.push('resume') })
  return { queue: made, told }
}

test('batches() gives what was pushed in order, and returns what it ended with', async () => {
  const { queue: some } = queue()
  some.push(1)
  const batches = some.batches()
  assert.equal(await batches.next(), { value: 1, done: false })
  const next = batches.next()
  some.push(2)
  assert.equal(await next, { value: 2, done: false })
  some.push(3)
  some.end('end')
  assert.equal(await batches.next(), { value: 3, done: false }, 'what came before the end is not lost')
  assert.equal(await batches.next(), { value: 'end', done: true })
})

test('batches() throws what it failed with, behind what came before, and takes no second end', async () => {
  const { queue: some } = queue()
  some.push(1)
  some.fail(new Error('lost'))
  some.end('end')
  assert.ok(some.isOver)
  const batches = some.batches()
  await batches.next()
  assert.is((await errorOf(() => batches.next())).message, 'lost')
})

test('push() lets the source wait where too much lies there, and batches() lets it go on when all is taken', async () => {
  const { queue: some, told } = queue()
  for (let nth = 0; nth < 63; nth++) some.push(nth)
  assert.equal(told, [])
  some.push(63)
  assert.equal(told, ['pause'])
  const batches = some.batches()
  for (let nth = 0; nth < 63; nth++) await batches.next()
  assert.equal(told, ['pause'])
  await batches.next()
  assert.equal(told, ['pause', 'resume'])
})

test.run()
