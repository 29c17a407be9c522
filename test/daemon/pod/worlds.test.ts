// What the lifecycle is told of the world for each lane of a slot. Not here: what follows from it (daemon/lifecycle/seat.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Seat } from '../../../daemon/lifecycle/seat.ts'
import type { Slot, SlotAt } from '../../../daemon/lifecycle/slot.ts'
import { inForceOf } from '../../../daemon/pod/in-force.ts'
import { type PodNow, worldOf, worldsOf } from '../../../daemon/pod/worlds.ts'
import { desired, image } from './pod-world.ts'

const vacant: Slot = { at: 'vacant' }
const inForce = inForceOf(desired, image)
const up: SlotAt<'up'> = {
  at: 'up',
  run: { number: 3, spec: inForce.spec, failures: 0, restarts: 2 },
  sinceMs: 0,
  check: { at: 'resting', dueMs: 9, missed: 0 },
}

const podNow = (of: Partial<PodNow> = {}): PodNow => ({
  inForce,
  wantedCount: 1,
  isHeld: false,
  rests: () => undefined,
  mayBegin: () => true,
  overOf: () => undefined,
  ...{ nowMs: 100, nextNumber: 4, jitter: 0.5, adoptMs: 1000 },
  ...of,
})

test('worldOf() wants a run in each slot below the number that is wanted', () => {
  assert.is(worldOf(0, vacant, podNow()).wanted, true)
  assert.is(worldOf(1, vacant, podNow()).wanted, false)
})

test('worldOf() begins nothing where the pod may not begin, and keeps what runs there', () => {
  const now = podNow({ mayBegin: () => false })
  assert.is(worldOf(0, vacant, now).wanted, false)
  assert.is(worldOf(0, up, now).wanted, true)
})

test('worldOf() of a pod whose files cannot be read keeps what runs, with its own spec, and begins nothing', () => {
  const now = podNow({ inForce: undefined })
  assert.equal([worldOf(0, up, now).wanted, worldOf(0, up, now).spec], [true, inForce.spec])
  assert.is(worldOf(0, vacant, now).wanted, false)
  assert.is(worldOf(0, up, { ...now, isHeld: true }).wanted, false)
})

test('worldOf() lets a run of a pod that sleeps rest, but not where the pod is held or the slot is one too many', () => {
  const rests = () => ({ forMs: 7 })
  assert.equal(worldOf(0, up, podNow({ rests })).rests, { forMs: 7 })
  assert.is(worldOf(0, up, podNow({ rests, isHeld: true })).rests, undefined)
  assert.is(worldOf(9, up, podNow({ rests })).rests, undefined)
})

test('worldOf() lets a run finish what it has in a slot that is one too many, also of a pod that sleeps', () => {
  assert.is(worldOf(1, up, podNow()).drains, true)
  assert.is(worldOf(1, up, podNow({ wantedCount: 0 })).drains, true)
  assert.is(worldOf(1, up, podNow({ isHeld: true })).drains, false)
  const idle = inForceOf({ ...desired, want: 'idle' }, image)
  assert.is(worldOf(1, up, podNow({ inForce: idle, wantedCount: 0 })).drains, false)
})

test('worldOf() lets a run finish what it has before another one comes, where its host holds its sockets', () => {
  assert.is(worldOf(0, up, podNow()).drains, false)
  const listening = inForceOf({ ...desired, config: { ...desired.config, listen: { main: '8080' } } }, image)
  assert.is(worldOf(0, up, podNow({ inForce: listening })).drains, true)
  const drainsAt = (seat: Seat, inForce = listening): boolean | undefined =>
    worldsOf(0, seat, podNow({ inForce })).main.drains
  assert.equal([drainsAt({ main: up }), drainsAt({ main: up, leaving: up })], [true, false], 'no third one comes')
  for (const more of [{ single: true }, { exclusive: true }]) {
    const config = { ...desired.config, listen: { main: '8080' }, ...more }
    const single = inForceOf({ ...desired, config }, image)
    assert.equal([worldOf(0, up, podNow({ inForce: single })).isSingle, drainsAt({ main: up }, single)], [true, false])
  }
})

test('worldsOf() wants one in the place of a run that is over a limit, and counts a restart more', () => {
  assert.is(worldsOf(0, { main: up }, podNow()).coming.wanted, false)
  const { coming, leaving } = worldsOf(
    0,
    { main: up },
    podNow({ overOf: run => (run === 3 ? 'more memory' : undefined) }),
  )
  assert.equal([coming.wanted, coming.restarts], [true, 3])
  assert.equal([leaving.over, leaving.wanted], ['more memory', true])
})

test('worldsOf() wants what a reload leads to, and what leaves to finish as long as the pod is to be up', () => {
  const next = { ...inForce, spec: 'next' }
  const reloaded = podNow({ inForce: { ...inForce, reload: { next, width: 1, isBack: false } } })
  assert.equal(
    [worldsOf(0, { main: up }, reloaded).coming.wanted, worldsOf(0, { main: up }, reloaded).coming.spec],
    [true, 'next'],
  )
  const seat = { main: { ...up, run: { ...up.run, number: 4, spec: 'next' } }, leaving: up }
  assert.is(worldsOf(0, seat, podNow()).leaving.spec, inForce.spec)
  assert.is(worldsOf(0, seat, podNow({ wantedCount: 0 })).leaving.wanted, false)
  const back = podNow({ inForce: { ...inForce, reload: { next, width: 1, isBack: true } } })
  assert.is(worldsOf(0, { main: up }, back).coming.spec, inForce.spec)
})

test.run()
