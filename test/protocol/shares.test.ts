import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Shares } from '../../protocol/shares.ts'

const membersOf = (weights: Record<string, number>) => Object.entries(weights).map(([pod, weight]) => ({ pod, weight }))
const turns = (shares: Shares, weights: Record<string, number>, count: number) =>
  Array.from({ length: count }, () => shares.next(membersOf(weights))?.pod)

test('Shares gives each member its share of each round, whoever is the first', () => {
  for (const random of [0, 0.5, 0.95, 1]) {
    const came = turns(new Shares(random), { a: 90, b: 10, none: 0 }, 100)
    assert.is(came[0], random < 0.9 ? 'a' : 'b')
    assert.is(came.filter(pod => pod === 'b').length, 10, `of ${random}`)
    for (let at = 0; at < 100; at += 10) assert.ok(came.slice(at, at + 10).filter(pod => pod === 'b').length <= 2)
  }
  assert.equal(turns(new Shares(0.5), {}, 1), [undefined])
  assert.equal(turns(new Shares(0.5), { none: 0 }, 1), [undefined])
})

test('Shares draws the first as often as its weight says, so that callers that ask once share too', () => {
  const firsts = Array.from(
    { length: 100 },
    (_, at) => new Shares((at + 0.5) / 100).next(membersOf({ a: 90, b: 10 }))?.pod,
  )
  assert.is(firsts.filter(pod => pod === 'b').length, 10)
})

test('Shares acts by other weights at once, and owes nothing to a member that was away', () => {
  const shares = new Shares(0)
  turns(shares, { a: 9000, b: 1000 }, 500)
  assert.is(turns(shares, { a: 10 }, 100).join(''), 'a'.repeat(100))
  assert.ok(Math.abs(turns(shares, { a: 10, b: 90 }, 1000).filter(pod => pod === 'b').length - 900) <= 2)
})

test.run()
