import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Callee, QueueOptions } from '../../../protocol/author.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { makeQueue } from '../../../shim/calls/queue.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'

type Asked = Record<string, unknown>

/** A queue that answers one after the other. */
function standing(answers: { add?: unknown[]; item?: unknown[] }, options: QueueOptions = {}, name = 'mail') {
  const asked: [string, string, Asked][] = []
  const answer = (pod: string, fn: 'add' | 'item') => async (given: unknown) => {
    asked.push([pod, fn, given as Asked])
    const next = answers[fn]?.shift()
    if (next instanceof Error) throw next
    return next
  }
  const released: string[] = []
  const inputs = {
    offer: (args: readonly unknown[]) =>
      args.includes('stream') ? { args: ['kept'], release: () => void released.push('input') } : undefined,
  }
  const pod = (pod: string) => ({ add: answer(pod, 'add'), item: answer(pod, 'item') }) as unknown as Callee
  return { queue: makeQueue(name, options, { pod, inputs }), asked, released }
}

const added = { id: 'a', isNew: true, state: 'waiting' }
const told = (state: string, more: object = {}) => ({
  id: 'a',
  queue: 'mail',
  state,
  attempt: 1,
  values: [],
  next: 0,
  ...more,
})

test('a call of a queue stores an item with the queue of its host, and asks again by the same id', async () => {
  const gone = new P8aError('pod_not_up', 'It ended')
  const { queue, asked } = standing({ add: [gone, added] }, { delay: '1m', key: 'k', retries: 0 }, 'inner.mail')
  assert.equal(await queue.send?.('ann'), added)
  assert.equal(
    asked.map(([pod, , { queue, fn, args, key, retries }]) => [pod, queue, fn, args, key, retries]),
    Array.from({ length: 2 }, () => ['inner.queue', 'mail', 'send', ['ann'], 'k', 0]),
  )
  assert.is(asked[0]?.[2].id, asked[1]?.[2].id)
  assert.ok(Number(asked[0]?.[2].dueMs) > Date.now() + 50_000)
})

test('a call of a queue that waits stands for what becomes of the item', async () => {
  const gone = new P8aError('pod_not_up', 'It ended')
  const done = standing({ add: [added], item: [told('running'), gone, told('done', { result: 7 })] }, { wait: true })
  assert.is(await done.queue.send?.(), 7)
  const dead = standing({ add: [added], item: [told('dead', { error: 'no' })] }, { wait: true })
  const { message } = await failsWith('item_failed', async () => await dead.queue.send?.())
  assert.match(message, 'Item a of mail is dead: no')
  const full = new P8aError('call_failed', 'full', { facts: { errorCode: 'queue_full' } })
  await failsWith('queue_full', async () => await standing({ add: [full] }).queue.send?.())
})

test('what ends the question for an item names the worker and its function, and nothing of the queue', async () => {
  const why = new Error('enough')
  const aborted = new P8aError('aborted', 'Cannot call "add" of queue.1: it was aborted', { cause: why })
  const error = await failsWith(
    'aborted',
    async () => await standing({ add: [aborted] }, {}, 'inner.mail').queue.send?.(),
  )
  assert.is(error.message, 'Cannot enqueue "send" for "inner.mail": it was aborted')
  assert.is(error.cause, why)
  assert.equal(error.facts, { pod: 'inner.mail', fn: 'send' })
  const waits = standing({ add: [added], item: [aborted] }, { wait: true })
  const { message } = await failsWith('aborted', async () => await waits.queue.send?.())
  assert.is(message, 'Cannot wait for "send" of "mail": it was aborted')
})

test('a call of a queue gives what a generator yields, from where it was', async () => {
  const items = [
    told('running', { values: [1, 2], next: 2 }),
    told('done', { values: [3], next: 3 }),
    told('done', { next: 3 }),
  ]
  const { queue, asked } = standing({ add: [added], item: [...items] })
  const values: unknown[] = []
  for await (const value of queue.count?.() ?? []) values.push(value)
  assert.equal(values, [1, 2, 3])
  assert.equal(
    asked.slice(1).map(([, , { from }]) => from),
    [0, 2, 3],
  )
  assert.equal(await standing({ add: [added], item: [...items] }, { wait: true }).queue.count?.(), [1, 2, 3])
})

test('a call of a queue keeps its streams until the item has ended, and lets it have one attempt', async () => {
  const { queue, asked, released } = standing({ add: [added], item: [told('running'), told('done')] })
  await queue.send?.('stream')
  await until(() => released.length > 0, 'its input is released')
  assert.equal(
    asked.map(([, fn, { args, retries }]) => [fn, args, retries]),
    [
      ['add', ['kept'], 0],
      ['item', undefined, undefined],
      ['item', undefined, undefined],
    ],
  )
})

test('a call of a queue keeps its streams for an item that was stored though that was not heard', async () => {
  const gone = new P8aError('pod_not_up', 'It ended')
  const items = [told('running'), told('done')]
  const { queue, asked, released } = standing({ add: [gone, { ...added, isNew: false }], item: items })
  await queue.send?.('stream')
  await until(() => released.length > 0, 'its input is released')
  assert.equal(
    asked.map(([, fn]) => fn),
    ['add', 'add', 'item', 'item'],
  )
})

test('a call of a queue lets go of the streams of an item that is refused, or has ended before', async () => {
  const full = new P8aError('call_failed', 'full', { facts: { errorCode: 'queue_full' } })
  for (const answer of [full, { ...added, isNew: false }]) {
    const { queue, released } = standing({ add: [answer], item: [told('done')] })
    await Promise.resolve(queue.send?.('stream')).catch(() => {})
    await until(() => released.length > 0, 'its input is released')
  }
})

test('a call of a queue refuses a stream for another host, and retries of one', () => {
  assert.throws(() => standing({}, {}, 'inner.mail').queue.send?.('stream'), TypeError)
  assert.throws(() => standing({}, { retries: 1 }).queue.send?.('stream'), TypeError)
})

test('options of a queue that make no sense are refused at once', () => {
  for (const options of [{ delay: 'soon' }, { at: 'never' }, { timeout: 'x' }])
    assert.throws(() => standing({}, options), TypeError)
})

test.run()
