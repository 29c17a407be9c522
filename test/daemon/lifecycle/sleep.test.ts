// Walks every state that the sleep of a pod can reach, in a small world: its runs are up, at rest or cannot start, it is noted that it
// sleeps or not, its sockets are watched or not, somebody waits or not. Not here: its runs (seat.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  decideSleep,
  type Sleep,
  type SleepEffect,
  type SleepEvent,
  type SleepWorld,
  sleepTimerOf,
} from '../../../daemon/lifecycle/sleep.ts'

/** `runs`: none, one that is up, one that was asked to rest, one on its way, or attempts that are used up. */
type Model = {
  sleep: Sleep
  runs: 'none' | 'up' | 'resting' | 'coming' | 'failed'
  isOurs: boolean
  isAsleep: boolean
  isNeeded: boolean
  isNoting: boolean
  isAsked: boolean
  isWatched: boolean
  /** Somebody has connected, and was neither served nor turned away. */
  isWaiting: boolean
}

const start: Model = {
  sleep: { at: 'off' },
  runs: 'up',
  isOurs: true,
  isAsleep: false,
  isNeeded: false,
  isNoting: false,
  isAsked: false,
  isWatched: false,
  isWaiting: false,
}

function worldOf({ runs, isOurs, isAsleep, isNeeded }: Model, nowMs = 0): SleepWorld {
  return {
    isOurs,
    sleepMs: 1000,
    isAsleep,
    isUp: runs === 'up' && !isAsleep,
    hasRuns: runs === 'up' || runs === 'resting' || runs === 'coming',
    isDown: runs === 'failed',
    isNeeded: () => isNeeded,
    nowMs,
  }
}

type Step = { name: string; next: Model }

function happen(model: Model, event: SleepEvent, nowMs = 0): Model {
  const [sleep, effects] = decideSleep(model.sleep, event, worldOf(model, nowMs))
  return effects.reduce((now, effect) => does[effect](now), { ...model, sleep })
}

const does: Record<SleepEffect, (model: Model) => Model> = {
  ask: model => {
    assert.not(model.isAsked, 'nobody is asked twice')
    assert.is(model.runs, 'up')
    return { ...model, isAsked: true }
  },
  unask: model => ({ ...model, isAsked: false }),
  note: model => {
    assert.not(model.isNeeded, 'what a pod that is awake needs does not fall asleep')
    return { ...model, isNoting: true }
  },
  wake: model => {
    assert.ok(model.isAsleep, 'only what sleeps is woken')
    return { ...model, isAsleep: false, isWatched: false, runs: model.runs === 'none' ? 'coming' : model.runs }
  },
  attempt: model => {
    assert.is(model.runs, 'failed', 'an attempt is made where there would be none')
    return { ...model, runs: 'coming', isWatched: false }
  },
  watch: model => {
    assert.not(model.runs === 'up' || model.runs === 'coming', 'nobody is told of a connection that a run takes')
    return { ...model, isWatched: true }
  },
  unwatch: model => ({ ...model, isWatched: false }),
  'turn-away': model => ({ ...model, isWaiting: false }),
}

/** What the pods do after each event: they look. */
function look(model: Model): Model {
  return happen(model, { type: 'look' })
}

function steps(model: Model): Step[] {
  const { runs, isAsleep, isNoting, isAsked, isWatched, isWaiting, isOurs, isNeeded, sleep } = model
  const found: Step[] = [{ name: 'look', next: look(model) }]
  const may = (name: string, is: boolean, next: () => Model) => {
    if (is) found.push({ name, next: look(next()) })
  }
  may('still', isAsked, () => happen({ ...model, isAsked: false }, { type: 'still' }))
  may('noted', isNoting, () => ({ ...model, isNoting: false, isAsleep: true }))
  may('not noted', isNoting, () => happen({ ...model, isNoting: false }, { type: 'not-noted' }))
  may('asked to rest', isAsleep && runs === 'up', () => ({ ...model, runs: 'resting' }))
  may('rests', isAsleep && runs === 'resting', () => ({ ...model, runs: 'none' }))
  may('stirred', isAsleep && runs === 'resting', () => happen({ ...model, runs: 'up' }, { type: 'stirred' }))
  may('stays up', !isAsleep && runs === 'resting', () => ({ ...model, runs: 'up' }))
  may('begins', isOurs && !isAsleep && runs === 'none', () => ({ ...model, runs: 'coming' }))
  may('comes up', runs === 'coming', () => ({ ...model, runs: 'up', isWaiting: false }))
  may('does not come up', runs === 'coming', () => ({ ...model, runs: 'failed' }))
  may('dies', runs === 'up', () => ({ ...model, runs: isAsleep ? 'none' : 'coming' }))
  may('somebody connects', isOurs && !isWaiting && runs !== 'up', () => ({ ...model, isWaiting: true }))
  may('knock', isWatched && isWaiting, () => happen({ ...model, isWatched: false }, { type: 'knocked' }, 5000))
  may('knock at once', isWatched && isWaiting, () => happen({ ...model, isWatched: false }, { type: 'knocked' }, 0))
  may('not watched', isWatched, () => happen({ ...model, isWatched: false }, { type: 'not-watched' }))
  may('wanted', isOurs, () => happen(model, { type: 'wanted' }))
  may('started anew', isOurs && isAsleep, () => ({
    ...model,
    isAsleep: false,
    runs: runs === 'none' ? 'coming' : runs,
  }))
  may('retried', runs === 'failed', () => ({ ...model, runs: 'coming' }))
  may('stopped', isOurs, () => ({ ...model, isOurs: false, isAsleep: false, runs: 'none', isWaiting: false }))
  may('started', !isOurs, () => ({ ...model, isOurs: true, runs: 'coming' }))
  may('needed', true, () => ({ ...model, isNeeded: !isNeeded }))
  may('timer', sleepTimerOf(sleep) !== undefined, () => happen(model, { type: 'timer' }, 60_000))
  // What the world was asked for is gone with the host; what is on the disk is not.
  const anew: Model = { ...model, sleep: { at: 'off' }, isNoting: false, isAsked: false, isWatched: false }
  may('the host dies', true, () => anew)
  may('the host dies while it notes', isNoting, () => ({ ...anew, isAsleep: true }))
  return found.map(({ name, next }) => ({ name, next: normal(next) }))
}

/** Times mean nothing here. */
function normal(model: Model): Model {
  const sleep = { ...model.sleep }
  if ('sinceMs' in sleep) sleep.sinceMs = 0
  if ('dueMs' in sleep) sleep.dueMs = 0
  return { ...model, sleep }
}

/** Every state, and the steps from there. */
function walk(): Map<string, { model: Model; steps: Step[] }> {
  const known = new Map<string, { model: Model; steps: Step[] }>()
  const open = [start]
  for (let model = open.pop(); model; model = open.pop()) {
    const key = JSON.stringify(model)
    if (known.has(key)) continue
    const all = steps(model)
    known.set(key, { model, steps: all })
    open.push(...all.map(({ next }) => next))
  }
  return known
}

const all = walk()

/** The states from which one that `isGood` can be reached by steps of these names alone. */
function leadTo(isGood: (model: Model) => boolean, names: readonly string[]): Set<string> {
  const good = new Set([...all].filter(([, { model }]) => isGood(model)).map(([key]) => key))
  for (let size = -1; size !== good.size; ) {
    size = good.size
    for (const [key, { steps }] of all) {
      if (steps.some(({ name, next }) => names.includes(name) && good.has(JSON.stringify(next)))) good.add(key)
    }
  }
  return good
}

test('decideSleep() lets whoever waits be served or turned away, from every state', () => {
  const work = [
    'look',
    'noted',
    'not noted',
    'asked to rest',
    'rests',
    'begins',
    'comes up',
    'knock',
    'timer',
    'stays up',
  ]
  const good = leadTo(({ isWaiting, runs }) => !isWaiting || runs === 'up', work)
  for (const [key, { model }] of all) if (model.isWaiting && model.isOurs) assert.ok(good.has(key), key)
})

test('decideSleep() lets a pod that is up and still fall asleep, from every state', () => {
  const good = leadTo(
    ({ isAsleep, isWatched }) => isAsleep && isWatched,
    ['look', 'still', 'noted', 'asked to rest', 'rests', 'timer', 'comes up', 'stays up'],
  )
  for (const [key, { model }] of all) {
    if (model.isOurs && model.runs === 'up' && !model.isNeeded) assert.ok(good.has(key), key)
  }
})

test('decideSleep() begins nothing by itself once the attempts are used up: nobody waits, nothing happens', () => {
  for (const { model } of all.values()) {
    if (model.runs !== 'failed' || model.sleep.at !== 'down' || !model.isWatched || model.isWaiting) continue
    if (sleepTimerOf(model.sleep) !== undefined) continue
    assert.equal(look(model), model)
  }
})

test('decideSleep() watches no sockets, and asks nobody, of a pod that is not to be up', () => {
  for (const { model } of all.values()) {
    if (model.isOurs) continue
    const { sleep, isWatched, isAsked } = look(model)
    assert.equal([sleep.at, isWatched, isAsked], ['off', false, false], JSON.stringify(model))
  }
})

test('decideSleep() makes attempts that connections ask for once in a second at most', () => {
  const down: Sleep = { at: 'down', sinceMs: 10_000, isWatched: true }
  const world = (nowMs: number) => worldOf({ ...start, runs: 'failed' }, nowMs)
  const [soon, none] = decideSleep(down, { type: 'knocked' }, world(10_400))
  assert.equal([soon, none], [{ ...down, dueMs: 11_000 }, []])
  assert.is(sleepTimerOf(soon), 11_000)
  const [waking, attempt] = decideSleep(soon, { type: 'timer' }, world(11_000))
  assert.equal([waking, attempt], [{ at: 'waking', sinceMs: 11_000, isBegun: false }, ['attempt']])
  assert.equal(decideSleep(down, { type: 'knocked' }, world(11_000))[1], ['attempt'])
  // What was up is not what is meant: somebody asks by name.
  assert.equal(decideSleep(down, { type: 'wanted' }, world(10_400))[1], ['attempt'])
})

test.run()
