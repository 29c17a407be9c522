import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { groupsOf, type Member, memberFor } from '../../../pods/gateway/groups.ts'
import { Shares } from '../../../pods/gateway/shares.ts'

const isFit = () => true

const members = (weights: Record<string, number>): Member[] =>
  Object.entries(weights).map(([pod, weight]) => ({ pod, weight }))
const keys = Array.from({ length: 10_000 }, (_, at) => `client-${at}`)
const placed = (weights: Record<string, number>, fit: (pod: string) => boolean = isFit) =>
  keys.map(key => memberFor({ members: members(weights) }, { isFit: fit, key, shares: new Shares() }))
const shareOf = (all: (string | undefined)[], pod: string) => all.filter(one => one === pod).length / all.length
const isNear = (share: number, right: number) => assert.ok(Math.abs(share - right) < 0.01, `${share} is near ${right}`)

test('groupsOf() gathers what pods say, on each host for itself', () => {
  const web = (weight: number) => ({ groups: [{ name: 'web', weight, sticky: 'cookie', route: [{ at: 'a.test' }] }] })
  const groups = groupsOf([
    ['one', web(9)],
    ['inner.one', web(5)],
    ['two', web(1)],
    ['other', {}],
  ])
  assert.equal([...groups.keys()], ['web', 'inner.web'])
  assert.equal(groups.get('web'), {
    members: [
      { pod: 'one', weight: 9 },
      { pod: 'two', weight: 1 },
    ],
    sticky: 'cookie',
    route: [{ at: 'a.test' }],
  })
})

test('memberFor() gives each member its share of 10,000 requests: within 1 % with keys, and exactly without', () => {
  const group = { members: members({ one: 90, two: 10, none: 0 }) }
  const shares = new Shares()
  const without = keys.map(() => memberFor(group, { isFit, key: undefined, shares }))
  assert.equal([shareOf(without, 'one'), shareOf(without, 'two')], [0.9, 0.1])
  const withKeys = placed({ one: 90, two: 10, none: 0 })
  isNear(shareOf(withKeys, 'two'), 0.1)
  isNear(shareOf(withKeys, 'one'), 0.9)
  const three = placed({ a: 1, b: 1, c: 2 })
  for (const [pod, share] of [
    ['a', 0.25],
    ['b', 0.25],
    ['c', 0.5],
  ] as const)
    isNear(shareOf(three, pod), share)
})

test('memberFor() keeps a key where it is, and other weights move no more keys than they must', () => {
  const before = placed({ one: 90, two: 10 })
  assert.equal(placed({ two: 10, one: 90 }), before)
  assert.equal(placed({ one: 9, two: 1 }), before)
  const after = placed({ one: 90, two: 30 })
  const moved = keys.flatMap((_, at) => (after[at] === before[at] ? [] : [`${before[at]} ${after[at]}`]))
  assert.equal([...new Set(moved)], ['one two'])
  isNear(moved.length / keys.length, 0.25 - 0.1)
  const added = placed({ one: 90, two: 10, three: 25 })
  assert.ok(keys.every((_, at) => added[at] === before[at] || added[at] === 'three'))
})

test('memberFor() moves only the keys of a member that is not fit, and gives them back', () => {
  const before = placed({ one: 50, two: 30, three: 20 })
  const without = placed({ one: 50, two: 30, three: 20 }, pod => pod !== 'three')
  assert.ok(keys.every((_, at) => without[at] === before[at] || before[at] === 'three'))
  isNear(shareOf(without, 'one'), 50 / 80)
  assert.is(
    memberFor(
      { members: members({ one: 0, two: 1 }) },
      { isFit: pod => pod === 'one', key: 'a', shares: new Shares() },
    ),
    undefined,
  )
})

test.run()
