import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Asked, newItem } from '../../../pods/queue/item.ts'
import type { Keep } from '../../../pods/queue/kept-ends.ts'
import { workPolicyOf } from '../../../pods/queue/policy.ts'
import { Store } from '../../../pods/queue/store.ts'
import { scratch } from '../../scratch.ts'
import { asked } from './made.ts'

const at = scratch()
let files = 0
let ids = 0

function opened() {
  const file = at.path(`${++files}.db`)
  const store = new Store(file)
  const add = (over: Partial<Asked> = {}, nowMs = 1000) =>
    store.add(newItem(asked(over), workPolicyOf({}), { nowMs, maxBytes: 1000, newId: () => `made${++ids}` }))
  const claim = (nowMs = 2000) => store.claim('mail', 'mail.1', nowMs)
  return { file, store, add, claim }
}

test('Store gives items in the order of their priority, and then in that in which they came', () => {
  const { store, add, claim } = opened()
  for (const [id, priority] of [
    ['a', 0],
    ['b', 5],
    ['c', 0],
    ['d', -1],
  ] as const)
    add({ id, priority })
  assert.equal(
    [1, 2, 3, 4, 5].map(() => claim()?.id),
    ['d', 'a', 'c', 'b', undefined],
  )
  assert.is(store.countsOf('mail').running, 4)
  store.close()
})

test('Store has one item for an id, until its window is over and it has ended', () => {
  const { store, add, claim } = opened()
  assert.ok(add({ id: 'x', windowMs: 500 }).isNew)
  assert.not.ok(add({ id: 'x', windowMs: 500 }, 5000).isNew)
  const item = claim()
  if (item) store.settle(item, { state: 'done', result: '1' }, 3000)
  const late = add({ id: 'x', windowMs: 500 }, 1400)
  assert.not.ok(late.isNew)
  assert.is(late.item.state, 'done')
  assert.ok(add({ id: 'x', windowMs: 500 }, 1600).isNew)
  assert.is(store.countsOf('mail').waiting, 1)
  assert.is(store.countsOf('mail').done, 0)
  store.close()
})

test('Store holds the items of a key behind each other, through attempts that fail, drops and delays', () => {
  const { store, add, claim } = opened()
  for (const id of ['a', 'b', 'c']) add({ id, key: 'k' })
  add({ id: 'other', key: 'l' })
  const first = claim()
  assert.is(first?.id, 'a')
  assert.is(claim()?.id, 'other')
  assert.is(claim(), undefined)
  if (!first) return
  store.settle(first, { state: 'delayed', dueMs: 4000, attempt: 1 }, 3000)
  assert.is(claim(), undefined)
  assert.is(store.nextMs(), 4000)
  store.due(4000)
  const again = claim()
  assert.is(again?.id, 'a')
  const b = store.find('mail', 'b')
  if (b) store.drop(b)
  assert.is(claim(), undefined)
  if (again) store.settle(again, { state: 'dead', error: 'no' }, 5000)
  assert.is(claim()?.id, 'c')
  const dead = store.find('mail', 'a')
  if (dead) store.again(dead, 6000)
  assert.is(store.find('mail', 'a')?.state, 'held')
  store.close()
})

test('Store lets what is over its deadline expire, and never begin', () => {
  const { store, add, claim } = opened()
  add({ id: 'a', deadlineMs: 3000, key: 'k' })
  add({ id: 'b', key: 'k' })
  assert.is(store.nextMs(), 3000)
  assert.equal(
    store.expire(3000).map(({ id }) => id),
    ['a'],
  )
  assert.is(store.find('mail', 'a')?.state, 'expired')
  assert.is(claim()?.id, 'b')
  store.close()
})

test('Store knows after it was opened again what it knew, and nobody else opens it meanwhile', () => {
  const { file, store, add, claim } = opened()
  add({ id: 'a' })
  add({ id: 'b' })
  claim()
  store.pause('mail')
  const counts = { ...store.countsOf('mail') }
  assert.throws(() => new Store(file), /locked/)
  store.close()
  const next = new Store(file)
  assert.equal(next.countsOf('mail'), counts)
  assert.ok(next.isPaused('mail'))
  assert.equal(
    next.running().map(({ id, run, attempt }) => [id, run, attempt]),
    [['a', 'mail.1', 1]],
  )
  next.close()
})

test('Store forgets what is rolled back', () => {
  const { store, add } = opened()
  store.begin()
  add()
  store.rollback()
  assert.is(store.countsOf('mail').waiting, 0)
  assert.equal(store.list('mail', 'waiting', { limit: 10, offset: 0 }), [])
  store.close()
})

test('Store prunes what is old, and what is beyond what is kept, but nothing that has just ended or whose id still counts', () => {
  const { store, add, claim } = opened()
  const end = (over: Partial<Asked>, endedMs: number) => {
    add(over)
    const item = claim()
    if (item) store.settle(item, { state: 'done', result: '1' }, endedMs)
  }
  const keep: Keep = {
    ended: {
      done: { forMs: 1000, mostItems: 2 },
      dead: { forMs: 1000, mostItems: 2 },
      expired: { forMs: 1000, mostItems: 2 },
      canceled: { forMs: 1000, mostItems: 2 },
    },
    graceMs: 100,
    batch: 500,
  }
  end({ id: 'known', windowMs: 100_000 }, 1000)
  for (const [at, id] of [
    [1000, 'old'],
    [4000, 'a'],
    [4100, 'b'],
    [4950, 'new'],
  ] as const)
    end({ id, windowMs: 0 }, at)
  store.streamed.add(store.find('mail', 'old')?.seq ?? 0, 0, '1')
  assert.not.ok(store.prune(keep, 5000))
  const left = store.list('mail', 'done', { limit: 10, offset: 0 }).map(({ id }) => id)
  assert.equal(left, ['new', 'known'])
  assert.is(store.countsOf('mail').done, 2)
  assert.equal(store.streamed.from(2, 0), [])
  store.close()
})

test.after(() => at[Symbol.dispose]())
test.run()
