import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Asked, newItem, refusal } from '../../../pods/queue/item.ts'
import { Items } from '../../../pods/queue/items.ts'
import { workPolicyOf } from '../../../pods/queue/policy.ts'
import { Store } from '../../../pods/queue/store.ts'
import { Turn } from '../../../pods/queue/turn.ts'
import { Waiting } from '../../../pods/queue/waiting.ts'
import { scratch } from '../../scratch.ts'
import { asked, aWorker, refusedWith } from './made.ts'

const at = scratch()
let files = 0

/** @param last what the queue does at the end of each turn */
function standing(last: (store: Store) => void = () => {}) {
  const store = new Store(at.path(`${++files}.db`))
  const large = aWorker({ queueLimit: 1500 }, { name: 'large', exports: ['send'] })
  const workers = { mail: aWorker(), large, post: aWorker({ queueLimit: 2 }, { name: 'post', exports: ['send'] }) }
  const items = new Items({
    store,
    turn: new Turn(store, () => {
      last(store)
      return () => {}
    }),
    waiting: new Waiting(),
    now: () => 2000,
    maxItemBytes: 1000,
    refuseMore: () => {},
    workerFor: ({ queue, fn }) => {
      const worker = workers[queue as keyof typeof workers]
      if (!worker?.exports.includes(fn)) throw refusal('function_not_found', 'no')
      return worker
    },
    checkQueue: queue => {
      if (!Object.hasOwn(workers, queue)) throw refusal('pod_not_found', 'no')
    },
    heldBackBy: () => 'it is paused',
  })
  const add = (over: Partial<Asked>) =>
    store.add(newItem(asked(over), workPolicyOf({}), { nowMs: 1000, maxBytes: 1000, newId: () => 'made' })).item
  const end = (id: string, state: 'done' | 'dead' | 'canceled') => {
    const item = store.claim('mail', 'mail.1', 1000)
    assert.is(item?.id, id)
    if (item) store.settle(item, { state, error: 'no' }, 1000)
  }
  return { store, items, add, end }
}

test('Items drops all but what runs, or what is in one state', async () => {
  const { store, items, add, end } = standing()
  for (const id of ['done', 'runs', 'waits', 'late']) add({ id, ...(id === 'late' && { dueMs: 9000 }) })
  end('done', 'done')
  store.claim('mail', 'mail.1', 1000)
  await refusedWith('item_state', () => items.drop('mail', { ids: ['runs'] }))
  assert.is(await items.drop('mail', { ids: 'all', state: 'delayed' }), 1)
  assert.equal([store.countsOf('mail').waiting, store.countsOf('mail').delayed], [1, 0])
  assert.is(await items.drop('mail', { ids: 'all' }), 2)
  assert.equal(
    Object.entries(store.countsOf('mail')).filter(([, count]) => count > 0),
    [['running', 1]],
  )
  store.close()
})

test('Items says that there is no such worker, and does not take it for one without items', async () => {
  const { store, items } = standing()
  await refusedWith('pod_not_found', async () => items.list('nobody', 'dead', { limit: 1, offset: 0 }))
  await refusedWith('pod_not_found', () => items.retry('nobody', { ids: 'all' }))
  await refusedWith('pod_not_found', () => items.drop('nobody', { ids: ['a'] }))
  await refusedWith('pod_not_found', () => items.move('mail', 'nobody', { ids: 'all' }))
  assert.is(await items.retry('mail', { ids: 'all' }), 0)
  store.close()
})

test('Items drops and moves the items of a key in their order, however they wait for each other', async () => {
  const { store, items, add } = standing()
  for (const id of ['a', 'b', 'c']) add({ id, key: 'k' })
  assert.is(await items.drop('mail', { ids: 'all', state: 'held' }), 2)
  for (const id of ['d', 'e']) add({ id, key: 'k' })
  assert.is(await items.drop('mail', { ids: 'all' }), 3)
  assert.ok(Object.values(store.countsOf('mail')).every(count => count === 0))
  for (const id of ['f', 'g']) add({ id, key: 'k' })
  assert.is(await items.move('mail', 'post', { ids: 'all' }), 2)
  assert.equal([store.countsOf('post').waiting, store.countsOf('post').held], [1, 1])
  assert.is(store.claim('post', 'post.1', 1000)?.id, 'f')
  store.close()
})

test('Items tries all again that are dead or expired, and what was canceled only if that is said', async () => {
  const { store, items, add, end } = standing()
  for (const id of ['a', 'b']) add({ id })
  end('a', 'dead')
  end('b', 'canceled')
  assert.is(await items.retry('mail', { ids: 'all' }), 1)
  assert.is((await items.show('mail', 'b', {})).state, 'canceled')
  assert.is(await items.retry('mail', { ids: 'all', state: 'canceled' }), 1)
  await refusedWith('item_state', () => items.retry('mail', { ids: 'all', state: 'waiting' }))
  assert.is(store.countsOf('mail').waiting, 2)
  store.close()
})

test('Items moves what is not done to another worker, or none of it', async () => {
  const { store, items, add } = standing()
  add({ id: 'a', key: 'k' })
  add({ id: 'b', key: 'k' })
  add({ id: 'c', fn: 'other' })
  await refusedWith('function_not_found', () => items.move('mail', 'post', { ids: ['a', 'c'] }))
  assert.is(store.countsOf('mail').waiting, 2)
  await refusedWith('bad_params', () => items.move('mail', 'mail', { ids: ['a'] }))
  assert.is(await items.move('mail', 'post', { ids: ['a', 'b'] }), 2)
  const { state, args, key } = await items.show('post', 'a', {})
  assert.equal([state, args, key], ['waiting', [1], 'k'])
  assert.is((await items.show('post', 'b', {})).state, 'held', 'behind the other of its key')
  add({ id: 'd' })
  await refusedWith('queue_full', () => items.move('mail', 'post', { ids: ['d'] }))
  await refusedWith('item_not_found', () => items.move('mail', 'post', { ids: ['a'] }))
  store.close()
})

/** More than one transaction takes. */
function addMany(store: Store, add: (over: Partial<Asked>) => unknown, count: number): void {
  store.begin()
  for (let at = 0; at < count; at++) add({ id: `many-${at}` })
  store.commit()
}

test('Items tries each of many again once, though they die again meanwhile', async () => {
  let begun = 0
  /** All that waits begins, and dies. Begun without end would be a failure, too. */
  const dies = (store: Store) => {
    while (begun < 5000) {
      const item = store.claim('mail', 'mail.1', 1000)
      if (!item) return
      begun++
      store.settle(item, { state: 'dead', error: 'no' }, 1000)
    }
  }
  const { store, items, add } = standing(dies)
  addMany(store, add, 1500)
  store.begin()
  dies(store)
  store.commit()
  begun = 0
  assert.is(await items.retry('mail', { ids: 'all' }), 1500)
  assert.is(begun, 1500)
  store.close()
})

test('Items moves all of many, or none where not all of them have room', async () => {
  const { store, items, add } = standing()
  addMany(store, add, 1501)
  await refusedWith('queue_full', () => items.move('mail', 'large', { ids: 'all' }))
  assert.equal([store.countsOf('mail').waiting, store.countsOf('large').waiting], [1501, 0])
  assert.is(await items.drop('mail', { ids: ['many-0', 'many-1'] }), 2)
  add({ id: 'other', fn: 'other' })
  await refusedWith('function_not_found', () => items.move('mail', 'large', { ids: 'all' }))
  await items.drop('mail', { ids: ['other'] })
  assert.is(await items.move('mail', 'large', { ids: 'all' }), 1499)
  assert.equal([store.countsOf('mail').waiting, store.countsOf('large').waiting], [0, 1499])
  assert.is(store.claim('large', 'large.1', 1000)?.id, 'many-2')
  store.close()
})

test('Items says why an item is not begun, as long as it waits', async () => {
  const { store, items, add, end } = standing()
  add({ id: 'a' })
  assert.is((await items.show('mail', 'a', {})).heldBackBy, 'it is paused')
  end('a', 'done')
  assert.is((await items.show('mail', 'a', {})).heldBackBy, undefined)
  assert.equal(items.list('mail', 'done', { limit: 10, offset: 0 }).length, 1)
  store.close()
})

test.after(() => at[Symbol.dispose]())
test.run()
