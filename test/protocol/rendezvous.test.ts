import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rendezvous } from '../../protocol/rendezvous.ts'

const keys = Array.from({ length: 10_000 }, (_, at) => `user-${at}`)

/** Whose each key is. */
function owners(weights: Record<string, number>): (string | undefined)[] {
  const items = Object.entries(weights).map(([name, weight]) => ({ name, weight }))
  return keys.map(key => rendezvous(items, { key, nameOf: ({ name }) => name })?.name)
}

const share = (of: (string | undefined)[], name: string) => of.filter(one => one === name).length / keys.length

test('rendezvous() shares keys by weight, always in the same way', () => {
  const first = owners({ a: 90, b: 10, c: 0 })
  assert.ok(Math.abs(share(first, 'a') - 0.9) < 0.01)
  assert.is(share(first, 'c'), 0)
  assert.equal(owners({ c: 0, b: 10, a: 90 }), first)
})

test('rendezvous() moves the keys of one that goes, and as many as other weights must move', () => {
  const before = owners({ a: 1, b: 1, c: 1 })
  const without = owners({ a: 1, b: 1 })
  assert.ok(before.every((name, at) => name === 'c' || name === without[at]))
  const more = owners({ a: 2, b: 1, c: 1 })
  assert.ok(before.every((name, at) => name === more[at] || more[at] === 'a'))
})

test('rendezvous() takes none where none has any weight', () => {
  assert.is(rendezvous([], { key: 'a', nameOf: () => '' }), undefined)
  assert.equal(new Set(owners({ a: 0 })), new Set([undefined]))
})

test.run()
