// Up to when a host sees the others, by a clock that is the test's.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isDead } from '../../../../pods/fleet/decide/alive.ts'
import { Sight } from '../../../../pods/fleet/host/sight.ts'

const times = { beatMs: 100, fenceMs: 400, deadMs: 1000 }

function sightOf(host?: string) {
  const at = { nowMs: 0 }
  const sight = new Sight(() => at.nowMs, { ...(host !== undefined && { host }), times })
  const deadOf = (...hosts: string[]) =>
    hosts.filter(name => isDead(sight.seen, name, { nowMs: sight.untilMs, deadMs: times.deadMs }))
  let rev = 0
  const beat = (...hosts: string[]) => {
    for (const name of hosts) sight.beat(name, String(++rev))
  }
  return { at, sight, deadOf, beat }
}

test('while the engine is away nobody dies, and whoever was dead before is so when it is back', () => {
  const { at, sight, deadOf, beat } = sightOf('a')
  beat('a', 'b', 'c')
  sight.back()
  for (at.nowMs = 100; at.nowMs <= 1000; at.nowMs += 100) beat('a', 'b')
  assert.equal(deadOf('a', 'b', 'c'), ['c'])
  sight.away()
  at.nowMs = 100_000
  assert.equal([deadOf('a', 'b', 'c'), sight.isBlind], [['c'], true])
  sight.back()
  assert.equal(deadOf('a', 'b', 'c'), ['c'])
  at.nowMs += 999
  assert.equal(deadOf('a', 'b', 'c'), ['c'])
  beat('c')
  assert.equal(deadOf('a', 'b', 'c'), [])
})

test('where the own beats are not told nobody dies either, also if the engine is away later', () => {
  const { at, sight, deadOf, beat } = sightOf('a')
  beat('a', 'b')
  sight.back()
  assert.not.ok(sight.isBlind)
  at.nowMs = 50_000
  assert.equal([deadOf('a', 'b'), sight.isBlind], [[], true])
  sight.away()
  sight.back()
  assert.equal([deadOf('a', 'b'), sight.isBlind], [[], false])
})

test('after a pause of an election others get two beats, after a long one three times deadMs', () => {
  for (const [pauseMs, leastMs] of [
    [1200, 200],
    [2000, 3000],
  ] as const) {
    const { at, sight, deadOf, beat } = sightOf('a')
    beat('a', 'b')
    sight.back()
    at.nowMs = pauseMs
    beat('a')
    const endMs = pauseMs + leastMs
    for (; at.nowMs < endMs - 100; at.nowMs += 100) beat('a')
    at.nowMs = endMs - 1
    assert.equal(deadOf('a', 'b'), [])
    at.nowMs = endMs
    assert.equal(deadOf('a', 'b'), ['b'])
  }
})

test('one that is no host itself sees whenever the engine is there', () => {
  const { at, sight, deadOf, beat } = sightOf()
  beat('a', 'b')
  sight.back()
  at.nowMs = 1000
  assert.equal([deadOf('a', 'b'), sight.isBlind], [['a', 'b'], false])
})

test.run()
