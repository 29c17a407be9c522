import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkExports, heldBackBy, pickRun, workersOf } from '../../../pods/queue/workers.ts'
import { errorOf } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { aWorker } from './made.ts'

test('workersOf() finds the pods that are workers, with their policy and the runs that are up', () => {
  const run = { startedAt: '', restarts: 0, version: 1 }
  const mail = podStatus('mail', {
    config: { kind: 'worker', concurrency: 3, min: 2, max: 1, shrinkAfter: 5 },
    want: 'up',
    status: 'up',
    scale: 2,
    exports: ['send'],
    runs: [
      { ...run, id: 'mail.2', slot: 1, state: 'up' },
      { ...run, id: 'mail.1', slot: 0, state: 'up' },
      { ...run, id: 'mail.3', slot: 2, state: 'stopping' },
    ],
  })
  const workers = workersOf(new Map([mail, podStatus('web')].map(pod => [pod.name, pod])))
  assert.equal([...workers.keys()], ['mail'])
  const worker = workers.get('mail')
  assert.equal(
    worker?.up.map(({ id }) => id),
    ['mail.1', 'mail.2'],
  )
  assert.equal([worker?.policy.concurrency, worker?.policy.max, worker?.policy.growAt], [3, 2, 10])
})

test('pickRun() takes the run with the fewest items, of these the lowest slot, and none that is full or about to go', () => {
  const worker = aWorker({ concurrency: 2 }, { up: ['a', 'b', 'c'].map((id, slot) => ({ id, slot })) })
  const pick = (items: Record<string, number>, mostSlots = 3, gone = '') =>
    pickRun(worker, { itemsOf: run => items[run] ?? 0, mostSlots, isGone: run => run === gone })
  assert.is(pick({}), 'a')
  assert.is(pick({ a: 1 }), 'b')
  assert.is(pick({ a: 1, b: 1, c: 1 }), 'a')
  assert.is(pick({ a: 2, b: 1, c: 2 }), 'b')
  assert.is(pick({ a: 2, b: 2, c: 2 }), undefined)
  assert.is(pick({ a: 2 }, 1), undefined)
  assert.is(pick({}, 3, 'a'), 'b')
})

test('heldBackBy() says what somebody has to do before an item is begun, the queue first', () => {
  const up = [{ id: 'a', slot: 0 }]
  assert.is(heldBackBy('mail', aWorker({}, { up }), false), undefined)
  assert.is(heldBackBy('mail', undefined, false), undefined)
  assert.match(heldBackBy('mail', aWorker({}, { isWanted: false }), true) ?? '', 'the queue of mail is paused')
  assert.match(heldBackBy('mail', aWorker({}, { isWanted: false }), false) ?? '', 'mail is stopped')
  assert.is(heldBackBy('mail', aWorker({}, { status: 'error', up: [] }), false), 'mail cannot start')
  assert.is(heldBackBy('mail', aWorker({}, { status: 'error', up }), false), undefined)
})

test('checkExports() refuses a function that a worker does not export, once it is known what it does', async () => {
  checkExports({ name: 'mail', exports: [] }, 'send')
  checkExports({ name: 'mail', exports: ['send'] }, 'send')
  const error = await errorOf(() => checkExports({ name: 'mail', exports: ['send', 'look'] }, 'sned'))
  assert.is(error.code, 'function_not_found')
  assert.match(error.message, 'Cannot enqueue "sned" for pod "mail"')
})

test.run()
