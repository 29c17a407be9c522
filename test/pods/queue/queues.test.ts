import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Attempt } from '../../../pods/queue/attempt.ts'
import type { Outcome } from '../../../pods/queue/law.ts'
import { Queues } from '../../../pods/queue/queues.ts'
import { Room } from '../../../pods/queue/room.ts'
import { settingsOf } from '../../../pods/queue/settings.ts'
import { Store } from '../../../pods/queue/store.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { asked, aWorker, refusedWith } from './made.ts'

const at = scratch()
let files = 0

type Running = Attempt & { end: (outcome: Outcome) => void }

/** Queues with a clock of the test's own, whose attempts end as it says. */
function standing(file = at.path(`${++files}.db`)) {
  const world = { nowMs: 1000 }
  const attempts: Running[] = []
  let ids = 0
  const store = new Store(file)
  const room = new Room(store)
  const queues = new Queues({
    store,
    settings: settingsOf({}),
    room,
    attempt: of => {
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      attempts.push({ ...of, end: resolve })
      of.signal.addEventListener('abort', () => resolve({ how: 'canceled', error: 'It was canceled' }))
      return promise
    },
    now: () => world.nowMs,
    random: () => 1,
    newId: () => `made${++ids}`,
    log: () => {},
    changed: () => {},
  })
  const workers = (...all: ReturnType<typeof aWorker>[]) =>
    queues.onWorkers(new Map(all.map(worker => [worker.name, worker])))
  const stateOf = async (id: string) => (await queues.items.show('mail', id, {})).state
  const begun = async (n: number) => await until(() => attempts.length === n, `${n} attempts have begun`)
  const close = () => {
    queues.close()
    store.close()
  }
  return { file, world, store, room, queues, attempts, workers, stateOf, begun, close }
}

const two = { up: [0, 1].map(slot => ({ id: `mail.${slot + 1}`, slot })) }

test('Queues gives items to runs that are free, and keeps what these return', async () => {
  const { queues, workers, attempts, begun, stateOf, close } = standing()
  workers(aWorker({}, two))
  const added = await Promise.all(['a', 'b', 'c'].map(id => queues.add(asked({ id }))))
  assert.equal(added[0], { id: 'a', isNew: true, state: 'waiting' })
  await begun(2)
  assert.equal(
    attempts.map(({ item, run }) => [item.id, run]),
    [
      ['a', 'mail.1'],
      ['b', 'mail.2'],
    ],
  )
  assert.is(await stateOf('c'), 'waiting')
  attempts[1]?.end({ how: 'returned', result: '{"ok":1}' })
  await begun(3)
  assert.equal([attempts[2]?.item.id, attempts[2]?.run], ['c', 'mail.2'])
  const shown = await queues.items.show('mail', 'b', {})
  assert.equal([shown.state, shown.result, shown.attempt], ['done', { ok: 1 }, 1])
  assert.not.ok((await queues.add(asked({ id: 'b' }))).isNew)
  close()
})

test('Queues gives a run that takes no calls any more nothing until the host has said whether it is over', async () => {
  const { queues, workers, attempts, begun, close } = standing()
  workers(aWorker())
  await queues.add(asked({ id: 'a' }))
  await begun(1)
  const how = attempts[0]?.onGone()
  attempts[0]?.end({ how: 'untouched' })
  await queues.add(asked({ id: 'b' }))
  assert.is(attempts.length, 1)
  queues.onEnded('mail.1', 'died')
  workers(aWorker({}, { up: [{ id: 'mail.2', slot: 0 }] }))
  assert.is(await how, 'died')
  await begun(2)
  assert.equal([attempts[1]?.item.id, attempts[1]?.run, attempts[1]?.item.attempt], ['a', 'mail.2', 1])
  close()
})

test('Queues waits for the end of a run that has the name of one of a pod that was removed', async () => {
  const { queues, workers, attempts, begun, close } = standing()
  queues.onEnded('mail.1', 'asked')
  queues.onLives('mail.1')
  workers(aWorker())
  await queues.add(asked({ id: 'a' }))
  await begun(1)
  const how = attempts[0]?.onGone()
  queues.onEnded('mail.1', 'died')
  assert.is(await how, 'died')
  close()
})

test('Queues gives a run items again whose connection broke, and that the host says is up', async () => {
  const { queues, workers, attempts, begun, close } = standing()
  workers(aWorker())
  await queues.add(asked({ id: 'a' }))
  await begun(1)
  void attempts[0]?.onGone()
  attempts[0]?.end({ how: 'untouched' })
  await begun(2)
  assert.equal([attempts[1]?.run, attempts[1]?.item.attempt], ['mail.1', 1])
  close()
})

test('Queues gives the items of a run that is gone to another one at once, and a delayed one when it is due', async () => {
  const { queues, workers, attempts, begun, world, stateOf, close } = standing()
  workers(aWorker())
  await queues.add(asked({ id: 'a' }))
  await begun(1)
  workers(aWorker({}, { up: [{ id: 'mail.2', slot: 0 }] }))
  attempts[0]?.end({ how: 'broke', error: 'gone' })
  await begun(2)
  assert.equal([attempts[1]?.run, attempts[1]?.item.attempt], ['mail.2', 2])
  attempts[1]?.end({ how: 'threw', error: 'no' })
  await until(async () => (await stateOf('a')) === 'delayed', 'it is delayed')
  world.nowMs += 60_000
  await queues.resume('mail')
  await begun(3)
  attempts[2]?.end({ how: 'threw', error: 'no' })
  await until(async () => (await stateOf('a')) === 'dead', 'it is dead')
  assert.is(await queues.items.retry('mail', { ids: 'all' }), 1)
  await begun(4)
  assert.is(attempts[3]?.item.attempt, 1)
  close()
})

test('Queues refuses what is for no worker, for no function, or too much', async () => {
  const { queues, workers, close } = standing()
  workers(aWorker({ queueLimit: 1 }, { up: [] }))
  await refusedWith('pod_not_found', () => queues.add(asked({ queue: 'other' })))
  await refusedWith('function_not_found', () => queues.add(asked({ fn: 'other' })))
  await queues.add(asked({ id: 'a' }))
  await refusedWith('queue_full', () => queues.add(asked({ id: 'b' })))
  assert.not.ok((await queues.add(asked({ id: 'a' }))).isNew)
  await refusedWith('item_not_found', () => queues.items.show('mail', 'b', {}))
  await refusedWith('item_state', () => queues.items.retry('mail', { ids: ['a'] }))
  assert.is(await queues.items.drop('mail', { ids: ['a'] }), 1)
  await queues.add(asked({ id: 'b' }))
  close()
})

test('Queues keeps the last tenth of its places for producers that have less than that waiting', async () => {
  const { queues, workers, close } = standing()
  workers(aWorker({ queueLimit: 20 }, { up: [] }))
  for (let n = 0; n < 18; n++) await queues.add(asked({ id: `shop${n}`, producer: 'shop' }))
  await refusedWith('queue_full', () => queues.add(asked({ producer: 'shop' })))
  for (const id of ['a', 'b']) assert.ok((await queues.add(asked({ id, producer: 'web' }))).isNew)
  await refusedWith('queue_full', () => queues.add(asked({ producer: 'mail' })))
  await queues.items.drop('mail', { ids: ['shop1'] })
  await refusedWith('queue_full', () => queues.add(asked({ producer: 'web' })))
  assert.ok((await queues.add(asked({ producer: 'mail' }))).isNew)
  close()
})

test('Queues of fewer than ten places keeps none of them', async () => {
  const { queues, workers, close } = standing()
  workers(aWorker({ queueLimit: 9 }, { up: [] }))
  for (let n = 0; n < 9; n++) await queues.add(asked({ producer: 'shop' }))
  await refusedWith('queue_full', () => queues.add(asked({ producer: 'web' })))
  close()
})

test('Queues takes no more of a producer than its share, and takes those of others', async () => {
  const { queues, workers, close } = standing()
  workers(aWorker({ producerLimit: 2 }, { up: [] }))
  for (const id of ['a', 'b']) await queues.add(asked({ id, producer: 'shop' }))
  await refusedWith('queue_full', () => queues.add(asked({ id: 'c', producer: 'shop' })))
  assert.not.ok((await queues.add(asked({ id: 'a', producer: 'shop' }))).isNew)
  assert.ok((await queues.add(asked({ id: 'c', producer: 'web' }))).isNew)
  await queues.cancel('mail', 'a')
  assert.ok((await queues.add(asked({ id: 'd', producer: 'shop' }))).isNew)
  close()
})

test('Queues removes the items of a pod that is removed, and not those that come later', async () => {
  const { queues, workers, attempts, begun, world, store, close } = standing()
  workers(aWorker())
  await queues.add(asked({ id: 'a' }))
  await queues.add(asked({ id: 'b' }))
  await begun(1)
  const untilMs = world.nowMs
  world.nowMs += 10
  await queues.add(asked({ id: 'c' }))
  assert.is(await queues.forget('mail', untilMs), 2)
  assert.ok(attempts[0]?.signal.aborted)
  await begun(2)
  assert.is(attempts[1]?.item.id, 'c')
  const { running, waiting, canceled } = store.countsOf('mail')
  assert.equal([running, waiting, canceled], [1, 0, 0])
  close()
})

test('Queues cancels what waits and what runs, and begins nothing while it is paused', async () => {
  const { queues, workers, attempts, begun, stateOf, close } = standing()
  workers(aWorker())
  await queues.add(asked({ id: 'a' }))
  await queues.add(asked({ id: 'b' }))
  await begun(1)
  assert.is((await queues.cancel('mail', 'b')).state, 'canceled')
  await queues.pause('mail')
  await queues.add(asked({ id: 'c' }))
  await queues.cancel('mail', 'a')
  await until(async () => (await stateOf('a')) === 'canceled', 'a is canceled')
  assert.is(attempts.length, 1)
  await refusedWith('item_state', () => queues.cancel('mail', 'a'))
  for (const step of ['pause', 'resume'] as const) await refusedWith('pod_not_found', () => queues[step]('nobody'))
  await queues.resume('mail')
  await begun(2)
  assert.is(attempts[1]?.item.id, 'c')
  close()
})

test('Queues knows what a worker has left that is gone, and nothing of one that never was', async () => {
  const { queues, workers, close } = standing()
  workers(aWorker({}, { up: [] }))
  await queues.add(asked({ id: 'a' }))
  workers()
  assert.is(queues.items.list('mail', 'waiting', { limit: 1, offset: 0 })[0]?.id, 'a')
  assert.is(await queues.items.drop('mail', { ids: 'all' }), 1)
  await refusedWith('pod_not_found', () => queues.items.drop('mail', { ids: 'all' }))
  close()
})

test('Queues lets who waits for an item know once it has ended', async () => {
  const { queues, workers, attempts, begun, close } = standing()
  workers(aWorker())
  await queues.add(asked({ id: 'a' }))
  await begun(1)
  const waited = queues.items.show('mail', 'a', { waitMs: 60_000 })
  attempts[0]?.end({ how: 'returned', result: '7' })
  let shown = await waited
  while (shown.state !== 'done') shown = await queues.items.show('mail', 'a', { waitMs: 60_000 })
  assert.is(shown.result, 7)
  close()
})

test('Queues gives nothing to slots that are to go', async () => {
  const { queues, workers, attempts, begun, close } = standing()
  workers(aWorker({}, two))
  queues.limitSlots('mail', 1)
  await queues.add(asked({ id: 'a' }))
  await queues.add(asked({ id: 'b' }))
  await begun(1)
  queues.limitSlots('mail', undefined)
  await begun(2)
  assert.is(attempts[1]?.run, 'mail.2')
  close()
})

test('Queues begins again what ran when the one before it ended', async () => {
  const first = standing()
  first.workers(aWorker())
  await first.queues.add(asked({ id: 'a' }))
  await first.begun(1)
  first.close()
  const next = standing(first.file)
  next.workers(aWorker())
  await next.begun(1)
  assert.is(next.attempts[0]?.item.id, 'a')
  next.close()
})

test.after(() => at[Symbol.dispose]())
test('Queues takes no more than a quota leaves to it, of new items and of those that are tried again', async () => {
  const { queues, workers, attempts, begun, room, close } = standing()
  workers(aWorker({ itemRetries: 0 }))
  await queues.add(asked({ id: 'bad' }))
  await begun(1)
  attempts[0]?.end({ how: 'threw', error: 'no' })
  await until(async () => (await queues.items.show('mail', 'bad', {})).state === 'dead', 'it is dead')
  room.set({ path: 'team', items: 2, room: 2 })
  const added = await Promise.allSettled(['a', 'b', 'c', 'd'].map(id => queues.add(asked({ id }))))
  assert.equal(
    added.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
  )
  await refusedWith('quota_exceeded', () => queues.items.retry('mail', { ids: ['bad'] }))
  await refusedWith('quota_exceeded', () => queues.items.retry('mail', { ids: 'all' }))
  assert.not.ok((await queues.add(asked({ id: 'a' }))).isNew, 'one that is there is not another')
  room.set(undefined)
  assert.is(await queues.items.retry('mail', { ids: 'all' }), 1)
  close()
})

test.run()
