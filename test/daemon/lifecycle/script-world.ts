// A small world around a run of a script: its record, log and note, its process, two keepers, and a host that may die between
// any two things that it does. What must never be is asserted as it happens. What keepers do is in script-keepers.ts, what
// the host sees when it looks in script-sights.ts.
import * as assert from 'uvu/assert'
import { decideScript } from '../../../daemon/lifecycle/script.ts'
import { restoredScript } from '../../../daemon/lifecycle/script-restored.ts'
import {
  recordedOf,
  type ScriptEffect,
  type ScriptEvent,
  type ScriptRecorded,
  type ScriptState,
  type ScriptWorld,
} from '../../../daemon/lifecycle/script-state.ts'
import type { ScriptNote } from '../../../protocol/keeper.ts'

/** Only a keeper that has to do with the run is one. `hasOrder`: one that it has not taken up yet. */
export type KeeperModel = { isLinked: boolean; hasOrder: boolean }

export type Model = {
  state: ScriptState
  /** What is on the disk; undefined before the first save. */
  saved: ScriptRecorded | undefined
  /** What is to be done once the first save is through. */
  held: readonly ScriptEffect[]
  log: 'absent' | 'kept' | 'forbidden'
  hasNote: boolean
  process: 'none' | 'alive' | 'gone'
  holder: number | undefined
  keepers: [KeeperModel, KeeperModel]
  /** The keeper whose answer to an order the host waits for. */
  waitsFor: number | undefined
  /** How far what the host looks for has come. */
  identify: 'none' | 'asked'
  look: 'none' | 'asked' | 'gone'
  note: 'none' | 'asked'
  readLog: 'none' | 'asked' | 'absent'
  forbid: 'none' | 'asked' | 'made'
  isGivenUp: boolean
  /** A keeper has told of its process, or the record does. */
  isHeard: boolean
}

export type Step = { name: string; next: Model }

export const pid = 4711
export const noKeeper: KeeperModel = { isLinked: false, hasOrder: false }
const noAnswers = {
  waitsFor: undefined,
  identify: 'none',
  look: 'none',
  note: 'none',
  readLog: 'none',
  forbid: 'none',
} as const
export const note: ScriptNote = { code: 0, signal: null, timedOut: false, outputBytes: 0, cut: false }

export const begin: Model = {
  state: { at: 'queued' },
  saved: undefined,
  held: [],
  log: 'absent',
  hasNote: false,
  process: 'none',
  holder: undefined,
  keepers: [noKeeper, noKeeper],
  ...noAnswers,
  isGivenUp: false,
  isHeard: false,
}

/** Times have no meaning here: a timer may go off at any time. */
const world: ScriptWorld = { nowMs: 0, adoptMs: 10_000, stopMs: 5000 }

/** Lets an event happen, and does what follows; the host may die between any two effects. */
export function happen(model: Model, event: ScriptEvent, { name = event.type }: { name?: string } = {}): Step[] {
  const isKeepers = ['begun', 'kept', 'not-kept', 'unlinked'].includes(event.type)
  // Nobody listens for keepers before it has its turn, nor after its end.
  if (isKeepers && (model.state.at === 'queued' || model.state.at === 'over')) return [{ name, next: model }]
  const [state, effects] = decideScript(model.state, event, world)
  if (effects.some(effect => effect.do === 'begin')) assert.not(isToEnd(state), 'nothing is begun that is to end')
  const decided: Model = { ...model, state }
  if (!model.saved)
    return [{ name, next: { ...decided, held: state.at === 'over' ? [] : [...model.held, ...effects] } }]
  const cuts = effects.map((_, count) => died(perform(decided, effects.slice(0, count))))
  return [
    { name, next: perform(decided, effects) },
    ...cuts.slice(1).map(next => ({ name: `${name}, and the host dies`, next })),
  ]
}

export function firstSaved(model: Model): Model {
  return perform({ ...model, saved: recordedOf(model.state), held: [] }, model.held)
}

export function died(model: Model): Model {
  const { saved } = model
  const keepers = model.keepers.map(keeper => ({ ...keeper, isLinked: false }))
  const left: Model = {
    ...model,
    ...noAnswers,
    held: [],
    isGivenUp: false,
    isHeard: saved?.process !== undefined,
    keepers: keepers as Model['keepers'],
  }
  if (!saved || saved.end)
    return { ...left, state: { at: 'over', end: saved?.end ?? { code: null, signal: null, reason: 'lost' } } }
  const [state, effects] = restoredScript(saved, { ...world, isSameBoot: true })
  if (saved.state === 'stopping') assert.ok(isToEnd(state), 'a stop that was saved is true of the next host')
  return perform({ ...left, state }, effects)
}

export function ended(model: Model): Model {
  return { ...model, process: model.process === 'alive' ? 'gone' : model.process }
}

export function withKeeper(model: Model, index: number, change: Partial<KeeperModel>): Model {
  const keepers = model.keepers.map((keeper, at) => (at === index ? { ...keeper, ...change } : keeper))
  return { ...model, keepers: keepers as Model['keepers'] }
}

function perform(model: Model, effects: readonly ScriptEffect[]): Model {
  return effects.reduce((now, effect) => does[effect.do](now, effect as never), model)
}

const does: { [Do in ScriptEffect['do']]: (model: Model, effect: Extract<ScriptEffect, { do: Do }>) => Model } = {
  save: model => ({ ...model, saved: recordedOf(model.state) }),
  begin: order,
  identify: model => ({ ...model, identify: 'asked' }),
  look: model => ({ ...model, look: 'asked' }),
  'read-note': model => ({ ...model, note: 'asked' }),
  'read-log': model => ({ ...model, readLog: 'asked' }),
  forbid: model => ({ ...model, forbid: 'asked' }),
  'give-up': model => ({ ...model, isGivenUp: true, log: model.log === 'absent' ? 'forbidden' : model.log }),
  term: signal,
  kill: signal,
  sweep: model => {
    assert.is.not(model.process, 'alive', 'only what is left of a process that is gone is swept')
    return model
  },
  end: (model, { end }) => {
    const isUnheard = model.isGivenUp && !model.isHeard
    if (model.process === 'alive')
      assert.ok(isUnheard, `never recorded as ${end.reason} while a keeper keeps its process`)
    if (!model.isGivenUp)
      assert.ok(
        model.log !== 'absent' || !model.keepers.some(({ hasOrder }) => hasOrder),
        'nobody begins it after its end',
      )
    return { ...model, saved: recordedOf(model.state), ...noAnswers }
  },
}

function signal(model: Model): Model {
  assert.is(model.saved?.state, 'stopping', 'a stop is saved before its signal')
  return model
}

/** An order goes to a keeper that has nothing to do with the run yet; where there can be none, nobody knows. */
function order(model: Model): Model {
  assert.ok(model.saved?.state === 'spawning' || model.saved?.state === 'stopping', 'a run is saved before it is begun')
  const index = model.keepers.findIndex(({ hasOrder }, at) => !hasOrder && model.holder !== at)
  if (index === -1) return happen(model, { type: 'unanswered', why: 'no keeper came up' })[0]?.next as Model
  return { ...withKeeper(model, index, { isLinked: true, hasOrder: true }), waitsFor: index }
}

function isToEnd(state: ScriptState): boolean {
  return recordedOf(state).state === 'stopping' || state.at === 'over'
}
