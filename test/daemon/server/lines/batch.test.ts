import type { JSONRPCResponse } from 'json-rpc-2.0'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerBatch } from '../../../../daemon/server/lines/batch.ts'

const told = (id: number, result: unknown): JSONRPCResponse => ({ jsonrpc: '2.0', id, result })

test('answerBatch() gives the answers in the order of the requests, and none for those that get none', async () => {
  const answers = await answerBatch([1, 2, 3, 4], {
    answer: async id => (id === 2 ? null : told(id, 'done')),
    isRead: id => id > 2,
    refuse: () => null,
    maxBytes: 1000,
  })
  assert.equal(answers, [told(1, 'done'), told(3, 'done'), told(4, 'done')])
})

test('answerBatch() does all that changes something at once, and of what reads only some', async () => {
  let [changing, reading, most] = [0, 0, 0]
  const go = Promise.withResolvers<void>()
  const ids = Array.from({ length: 100 }, (_, at) => at)
  const answered = answerBatch(ids, {
    answer: async id => {
      if (id < 50) changing++
      else most = Math.max(most, ++reading)
      await go.promise
      reading--
      return null
    },
    isRead: id => id >= 50,
    refuse: () => null,
    maxBytes: 1000,
  })
  await Promise.resolve()
  assert.is(changing, 50)
  go.resolve()
  await answered
  assert.ok(most < 20, `${most} were read at once`)
})

test('answerBatch() refuses what has no room in the answer, and does not begin what reads', async () => {
  const begun: number[] = []
  const answers = await answerBatch(
    Array.from({ length: 100 }, (_, at) => at),
    {
      answer: async id => {
        begun.push(id)
        return told(id, 'x'.repeat(100))
      },
      isRead: () => true,
      refuse: id => told(id, 'refused'),
      maxBytes: 1000,
    },
  )
  assert.is(answers.length, 100)
  assert.equal(answers.at(-1), told(99, 'refused'))
  assert.ok(begun.length < 30, `${begun.length} were begun`)
})

test.run()
