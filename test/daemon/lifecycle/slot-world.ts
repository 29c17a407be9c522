// A small world around a slot: the record of its run, a process that exists or not and has its code or not, saves that fail,
// and a host that may die between any two things that it does. What must never be is asserted as it happens.
import * as assert from 'uvu/assert'
import { decide, timerOf } from '../../../daemon/lifecycle/decide.ts'
import { hasRun, runStateOf } from '../../../daemon/lifecycle/public.ts'
import { restored } from '../../../daemon/lifecycle/restored.ts'
import type { Decision, Effect, End, Slot, SlotEvent, World } from '../../../daemon/lifecycle/slot.ts'
import { type Policy, policyOf } from '../../../protocol/policy.ts'
import { Once } from './once.ts'
import { type Life, longMs, type Model, normal, type Saved } from './slot-model.ts'

export type Step = { name: string; next: Model }

export const nothingAsked: Model['asked'] = { check: false, cleanup: false, kill: false }

const exits: End[] = [
  { code: 0, signal: null, reason: 'exited' },
  { code: 1, signal: null, reason: 'exited' },
  { code: null, signal: 'SIGKILL', reason: 'killed' },
  { code: 1, signal: null, reason: 'fault', outlook: 'none' },
  { code: 1, signal: null, reason: 'fault', outlook: 'slow' },
]

export function begin(life: Life): Model {
  return normal({
    life,
    slot: vacant,
    want: 'none',
    saved: undefined,
    process: 'none',
    isLoaded: false,
    isKnown: false,
    hasLooked: true,
    hasFailed: false,
    asked: nothingAsked,
  })
}

export function worldOf({ want, life }: Model, nowMs = 0): World {
  const policy = policyOfLife(life)
  const fixed = { nextNumber: 1, jitter: 0, adoptMs: 10_000, hasCode: true }
  return { wanted: want !== 'none', spec: want, policy, nowMs, ...fixed, ...(life.drains && { drains: true }) }
}

const policies = new Map<Life, Policy>()

/** Worked out once: there are millions of moments in a life. */
function policyOfLife(life: Life): Policy {
  const { restart, isPatient, isChecked } = life
  const known = policies.get(life)
  const policy =
    known ??
    policyOf({
      restart,
      giveUp: isPatient ? 'never' : 'after 2',
      minUptime: longMs,
      ...(isChecked && { check: { tcp: true } }),
    })
  policies.set(life, policy)
  return policy
}

/** Whether this host has a process for it, as far as it knows. */
export function isThere({ process, isKnown }: Model): boolean {
  return (process === 'alive' || process === 'gone') && isKnown
}

/** Whether its process can say something to this host. */
export function speaks(model: Model): boolean {
  return model.process === 'alive' && model.isKnown
}

export function exit(model: Model, end = exits[2] as End): Step[] {
  return happen(gone(model), { type: 'exited', end }, { name: exitNames.get(end) })
}

/** Once its process is gone: nothing is left of what that was, and was asked. */
export function gone(model: Model): Model {
  return { ...model, process: 'none', isLoaded: false, isKnown: false, asked: nothingAsked }
}

export function exitSteps(model: Model): Step[] {
  return exits.flatMap(end => exit(model, end))
}

/** Not made for each of millions of steps: what is decided is found by its name. */
const exitNames = new Map(exits.map(end => [end, `exit ${end.code} ${end.outlook ?? ''}`]))
const helloNames = { starting: 'hello starting', up: 'hello up', cleaned: 'hello cleaned', empty: 'hello empty' }

/** What comes of the wish for a process. */
export function spawnSteps(model: Model): Step[] {
  const spawned: Model = { ...model, process: 'alive', isKnown: true, isLoaded: false, asked: nothingAsked }
  const failed: Model = { ...model, process: 'none' }
  return [
    ...happen(spawned, { type: 'spawned' }),
    ...happen(failed, { type: 'spawn-failed', message: 'ENOENT' }),
    ...happen(failed, { type: 'spawn-failed', message: 'EAGAIN', isForRoom: true }, { name: 'no room' }),
  ]
}

/** It says hello, and is answered. One that this host does not know yet is found out by that. */
export function helloSteps(model: Model): Step[] {
  if (model.process !== 'alive' || model.hasFailed) return []
  if (!model.isKnown) {
    if (model.slot.at !== 'awaited') return []
    return happen({ ...model, isKnown: true }, { type: 'spawned' }, { name: 'found' })
  }
  const states = model.isLoaded ? (['starting', 'up', 'cleaned'] as const) : (['empty'] as const)
  return states.flatMap(state => happen(model, { type: 'hello', state }, { name: helloNames[state], mustGreet: true }))
}

/** A timer that is armed may go off at any time; it may be the one for which a start has no more time left. */
export function timerSteps(model: Model): Step[] {
  const world = worldOf(model)
  if (timerOf(model.slot, world) === undefined) return []
  // A process that was about to be and has not been heard of has no code, and is turned away when it dials.
  const now: Model = model.slot.at === 'awaited' ? turnedAway(model) : model
  return [
    ...happen(now, { type: 'timer', lateMs: 0 }, { name: 'last timer', nowMs: world.policy.startTimeoutMs }),
    ...happen(now, { type: 'timer', lateMs: 0 }),
    ...happen(model, { type: 'timer', lateMs: 60_000 }, { name: 'late timer' }),
    // Times are all 0, and what drains has some left.
    ...(model.slot.at === 'draining' ? checkSteps(model) : []),
  ]
}

function checkSteps(model: Model): Step[] {
  return [
    ...happen(model, { type: 'timer', lateMs: 0 }, { name: 'check', nowMs: -1 }),
    ...happen(model, { type: 'timer', lateMs: 60_000 }, { name: 'late check', nowMs: -1 }),
  ]
}

/** A run that is up stays so for as long as it takes for its failures to be forgotten. */
export function staysUp(model: Model): Step[] {
  const { slot } = model
  if (slot.at !== 'up') return []
  return [{ name: 'it stays up', next: normal({ ...model, slot: { ...slot, sinceMs: -longMs } }) }]
}

function turnedAway(model: Model): Model {
  assert.not(model.isLoaded, 'no process without its pid in its record has code')
  return { ...model, process: 'none', isKnown: false }
}

/** The host dies, and another takes over what is on the disk. A process that it was about to make may be there. */
export function died(model: Model): Step[] {
  const { want, saved, process, isLoaded } = model
  // Nothing else is left of it.
  return of(model).deaths[want].get(saved ?? noRecord, isLoaded ? `${process} with code` : process, () => dead(model))
}

function dead(model: Model): Step[] {
  const lost: Model = { ...model, isKnown: false, hasLooked: false, hasFailed: false, asked: nothingAsked }
  const here: Model = { ...lost, process: model.process === 'alive' ? 'alive' : 'none' }
  const both: Model[] = model.process === 'asked' ? [here, { ...here, process: 'alive', isLoaded: false }] : [here]
  return both.map(left => ({ name: 'the host dies', next: normal(takenOver(left)) }))
}

function takenOver(model: Model): Model {
  const { saved } = model
  if (!saved) return { ...turnedAway(model), slot: vacant }
  const slot = of(model).restorations.get(saved, model.want, () =>
    restored({ ...saved, slot: 0, isSameBoot: true, upForMs: 0 }, worldOf(model)),
  )
  // Of a run that is over there is no process, but for one whose next record could not be saved.
  if ('end' in saved) return { ...turnedAway(model), slot }
  if (!saved.hasProcess) return { ...model, slot }
  return { ...model, slot, isKnown: true, process: model.process === 'none' ? 'gone' : model.process }
}

type Happening = { name?: string | undefined; nowMs?: number; mustGreet?: boolean }

/** Lets an event happen, and does what follows: each save may fail, and the host may die between any two effects. */
export function happen(
  model: Model,
  event: SlotEvent,
  { name = event.type, nowMs = 0, mustGreet }: Happening = {},
): Step[] {
  const [slot, effects] = decided(model, { event, name, nowMs })
  if (mustGreet)
    assert.ok(
      effects.some(({ do: act }) => act === 'greet' || act === 'assign'),
      'a hello is answered',
    )
  const next: Model = {
    ...model,
    slot,
    hasFailed: event.type !== 'save-failed' && model.hasFailed,
    hasLooked: event.type === 'desired' || model.hasLooked,
  }
  return perform(next, effects).map(next => ({ name, next }))
}

/** There are millions of moments, and a few thousand things to decide. The name of a step says which event it is, and when. */
function decided(model: Model, { event, name, nowMs }: { event: SlotEvent; name: string; nowMs: number }): Decision {
  const { slot, want } = model
  return of(model).decisions[want].get(slot, name, () => decide(slot, event, worldOf(model, nowMs)))
}

/** What was decided for a life. */
class Decided {
  readonly decisions = {
    none: new Once<Slot, Decision>(),
    a: new Once<Slot, Decision>(),
    b: new Once<Slot, Decision>(),
  }
  readonly deaths = { none: new Once<object, Step[]>(), a: new Once<object, Step[]>(), b: new Once<object, Step[]>() }
  readonly restorations = new Once<Saved, Slot>()
}

const lives = new Map<Life, Decided>()

function of({ life }: Model): Decided {
  const known = lives.get(life)
  if (known) return known
  const decided = new Decided()
  lives.set(life, decided)
  return decided
}

const noRecord = {}
const records = new Once<Slot | Effect, Saved>()
const vacant: Slot = { at: 'vacant' }

/** @returns first what is there once all is done, then what is there where it ended before */
function perform(model: Model, effects: readonly Effect[]): Model[] {
  let now = model
  const cut: Model[] = []
  for (const [at, effect] of effects.entries()) {
    if (effect.do === 'save') cut.push(normal({ ...now, hasFailed: true }))
    now = apply(now, effect)
    if (at < effects.length - 1) for (const { next } of died(now)) cut.push(next)
  }
  return [normal(now), ...cut]
}

function apply(model: Model, effect: Effect): Model {
  return does[effect.do](model, effect as never)
}

const does: { [Do in Effect['do']]: (model: Model, effect: Extract<Effect, { do: Do }>) => Model } = {
  save: model => ({ ...model, saved: savedOf(model) }),
  spawn: (model, { run }) => {
    assert.is(model.process, 'none', 'never two processes in a slot')
    assert.is(run.spec, model.want, 'never spawns a run nobody wants')
    assert.equal(model.saved?.run, run, 'the record is saved before the process is spawned')
    return { ...model, process: 'asked', isLoaded: false, isKnown: false, asked: nothingAsked }
  },
  boot: (model, { run }) => {
    assert.is(model.process, 'waiting', 'what boots has its turn')
    assert.is(run.spec, model.want, 'never boots a run nobody wants')
    return { ...model, process: 'asked' }
  },
  assign: model => {
    assert.ok(speaks(model), 'only a process is given code')
    assert.ok(
      model.saved && 'hasProcess' in model.saved && model.saved.hasProcess,
      'no code without a record of its pid',
    )
    return { ...model, isLoaded: true }
  },
  greet: alive,
  check: model => ({ ...alive(model), asked: { ...model.asked, check: true } }),
  rest: alive,
  drain: alive,
  cleanup: model => ({ ...alive(model), asked: { ...model.asked, cleanup: true } }),
  term: alive,
  kill: model => ({ ...alive(model), asked: { ...model.asked, kill: true } }),
  end: (model, effect) => {
    const { run, end } = effect
    assert.ok(model.process === 'none' || model.process === 'waiting', 'a run is only over once its process is')
    // News of a run that is over is heard by nobody.
    return {
      ...model,
      process: 'none',
      hasFailed: false,
      saved: records.get(effect, '', () => ({ run, state: end.reason === 'lost' ? 'lost' : 'ended', end })),
    }
  },
}

function alive(model: Model): Model {
  assert.ok(isThere(model), 'only a process is spoken to or signalled')
  return model
}

function savedOf({ slot, process }: Model): Saved {
  assert.ok(hasRun(slot))
  const { run } = slot
  const state = runStateOf(slot)
  const why = slot.at === 'stopping' && { why: slot.why }
  return records.get(slot, process, () => ({ run, state, hasProcess: process === 'alive', ...why }))
}
