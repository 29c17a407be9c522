// Which hosts are alive, by the clock of whoever looks; and that a host has ended what is exclusive before others may take it for dead.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defaultTimes, isDead, isRush, mayHold, seeAgain, seeBeat } from '../../../../pods/fleet/decide/alive.ts'
import { timesOf } from '../../../../pods/fleet/times.ts'

const test = suite('alive')
const { fenceMs, deadMs } = defaultTimes

test('isDead() counts from when a beat was first seen, not from when it is told again', () => {
  const seen = new Map()
  seeBeat(seen, { host: 'a', rev: '1', nowMs: 1000 })
  seeBeat(seen, { host: 'a', rev: '1', nowMs: 5000 })
  assert.ok(isDead(seen, 'a', { nowMs: 1000 + deadMs, deadMs }))
  assert.not.ok(isDead(seen, 'a', { nowMs: 999 + deadMs, deadMs }))
  assert.not.ok(isDead(seen, 'b', { nowMs: 1e9, deadMs }))
  seeBeat(seen, { host: 'a', rev: '2', nowMs: 5000 })
  assert.not.ok(isDead(seen, 'a', { nowMs: 1000 + deadMs, deadMs }))
})

test('seeAgain() gives time to those that were not dead when beats were seen last, and not to others', () => {
  const seen = new Map()
  seeBeat(seen, { host: 'dead', rev: '1', nowMs: 0 })
  seeBeat(seen, { host: 'a', rev: '1', nowMs: 1 })
  seeBeat(seen, { host: 'b', rev: '2', nowMs: 60_000 })
  seeAgain(seen, { sinceMs: deadMs, nowMs: 60_000, leastMs: 2000, deadMs })
  const isGone = (host: string, nowMs: number) => isDead(seen, host, { nowMs, deadMs })
  assert.ok(isGone('dead', 60_000))
  assert.equal([isGone('a', 61_999), isGone('a', 62_000)], [false, true])
  assert.equal([isGone('b', 60_000 + deadMs - 1), isGone('b', 60_000 + deadMs)], [false, true])
})

test('mayHold() ends before isDead() can begin, whatever clocks show and however late beats are seen', () => {
  for (const beganMs of [0, 1, 700]) {
    for (const seenAfterMs of [0, 1, 300, 5000]) {
      const seen = new Map()
      seeBeat(seen, { host: 'a', rev: '1', nowMs: beganMs + seenAfterMs })
      for (let nowMs = beganMs; nowMs < beganMs + 20_000; nowMs += 50) {
        const isBoth = mayHold(beganMs, { nowMs, fenceMs }) && isDead(seen, 'a', { nowMs, deadMs })
        assert.not.ok(isBoth, `${beganMs} ${seenAfterMs} ${nowMs}`)
      }
    }
  }
  assert.not.ok(mayHold(undefined, { nowMs: 0, fenceMs }))
})

test('isRush() is half of the hosts, and two at least', () => {
  assert.not.ok(isRush(1, 2) || isRush(1, 1) || isRush(1, 3) || isRush(2, 5))
  assert.ok(isRush(2, 4) && isRush(2, 3) && isRush(2, 2))
})

test('timesOf() refuses what does not fit together, and what it does not know', () => {
  const others = { certificateMs: 90 * 86_400_000, inviteMs: 86_400_000, sweepMs: 6 * 3_600_000, usageMs: 30_000 }
  assert.equal(timesOf({}), { ...defaultTimes, ...others })
  assert.equal(timesOf({ beat: '500ms', fence: '2s', dead: '5s' }), {
    ...others,
    beatMs: 500,
    fenceMs: 2000,
    deadMs: 5000,
  })
  assert.throws(() => timesOf({ dead: '4s' }), /2 s more than fence/)
  assert.throws(() => timesOf({ beat: '2s' }), /three beats/)
  assert.throws(() => timesOf({ beat: 'soon' }), /beat is no time/)
  assert.throws(() => timesOf({ beats: '1s' }), /no setting "beats"/)
  assert.is(timesOf({ usage: '5m' }).usageMs, 300_000)
  assert.equal(timesOf({ direct: 'off', tunnels: '5', 'tunnel-pods': '5' }), timesOf({}))
})

test.run()
