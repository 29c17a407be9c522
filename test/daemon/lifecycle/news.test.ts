// What of a slot's life is told to those who look at its pod.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isNews } from '../../../daemon/lifecycle/news.ts'
import { decideSeat } from '../../../daemon/lifecycle/seat.ts'
import type { Slot, SlotEvent, World } from '../../../daemon/lifecycle/slot.ts'
import { policyOf } from '../../../protocol/policy.ts'

const run = { number: 1, spec: 'a', failures: 0, restarts: 0 }
const up: Slot = { at: 'up', run, sinceMs: 0, check: { at: 'resting', dueMs: 10_000, missed: 0 } }
const world: World = {
  ...{ wanted: true, hasCode: true, isSingle: false, spec: 'a', policy: policyOf({}), rests: undefined },
  ...{ nowMs: 10_000, nextNumber: 2, jitter: 0, adoptMs: 1000 },
}

/** Lets the events happen to a run that is up. @returns which of them are news */
function newsOf(...events: SlotEvent[]): boolean[] {
  let before: { main: Slot } = { main: up }
  return events.map(event => {
    const { seat } = decideSeat(before, 'main', event, { main: world, coming: world, leaving: world })
    const change = { before, after: seat }
    before = seat
    return isNews(event, change)
  })
}

const due: SlotEvent = { type: 'timer', lateMs: 0 }

test('isNews() passes over checks that are asked, answered and missed', () => {
  assert.equal(newsOf(due, { type: 'check-passed' }, due, due), Array(4).fill(false))
  assert.equal(newsOf(due, { type: 'check-failed', said: 'no' }), [false, false])
})

test('isNews() is told of a run that is killed since its checks fail', () => {
  const missed = Array.from({ length: policyOf({}).check.failures }, () => [due, due]).flat()
  assert.equal(
    newsOf(...missed)
      .map((news, at) => (news ? at : -1))
      .filter(at => at >= 0),
    [missed.length - 1],
  )
})

test('isNews() is told of all else, also where it changes no state', () => {
  assert.equal(newsOf({ type: 'hello', state: 'up' }, { type: 'desired' }), [true, true])
  const starting: Slot = { at: 'starting', run, sinceMs: 0, askMs: 0 }
  assert.is(isNews({ type: 'check-passed' }, { before: { main: starting }, after: { main: up } }), true)
  const [coming, leaving] = [up, { ...up, at: 'draining', dueMs: 0 } as Slot]
  assert.is(isNews(due, { before: { main: up, coming }, after: { main: up } }), true)
  assert.is(isNews(due, { before: { main: up, leaving }, after: { main: up } }), true)
})

test.run()
