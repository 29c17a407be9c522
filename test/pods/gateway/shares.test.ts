import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Shares } from '../../../pods/gateway/shares.ts'

const membersOf = (weights: Record<string, number>) => Object.entries(weights).map(([pod, weight]) => ({ pod, weight }))
const turns = (shares: Shares, weights: Record<string, number>, count: number) =>
  Array.from({ length: count }, () => shares.next(membersOf(weights))?.pod)

test('Shares gives each member its share of each round, as evenly spread as can be', () => {
  assert.is(turns(new Shares(), { a: 5, b: 1, c: 1 }, 14).join(''), 'aabacaaaabacaa')
  assert.is(turns(new Shares(), { a: 0.5, b: 0.5 }, 6).join(''), 'ababab')
  assert.is(turns(new Shares(), { a: 3 }, 3).join(''), 'aaa')
  assert.equal(turns(new Shares(), {}, 1), [undefined])
})

test('Shares acts by other weights at once, whatever was before', () => {
  const shares = new Shares()
  const countOf = (weights: Record<string, number>, pod: string) =>
    turns(shares, weights, 1000).filter(one => one === pod).length
  for (const [a, b] of [
    [9000, 1000],
    [10, 90],
    [1, 1],
    [0.001, 0.003],
  ] as const)
    assert.ok(Math.abs(countOf({ a, b }, 'a') - (1000 * a) / (a + b)) <= 2, `${a} to ${b}`)
})

test('Shares leaves out a member that is away, and owes it nothing for that', () => {
  const shares = new Shares()
  turns(shares, { a: 1, b: 1 }, 10)
  assert.is(turns(shares, { a: 1 }, 100).join(''), 'a'.repeat(100))
  assert.is(turns(shares, { a: 1, b: 1 }, 10).filter(pod => pod === 'b').length, 5)
})

test.run()
