// The lifecycle of a run of a script against the table at the head of its file, cell by cell, and the questions a person
// would ask about it one by one. script-walk.test.ts covers in what order things may happen.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decideScript, scriptTimerOf } from '../../../daemon/lifecycle/script.ts'
import { restoredScript } from '../../../daemon/lifecycle/script-restored.ts'
import {
  recordedOf,
  type ScriptEvent,
  type ScriptState,
  type ScriptWorld,
} from '../../../daemon/lifecycle/script-state.ts'
import type { ScriptNote } from '../../../protocol/keeper.ts'
import { outcomeOf, readTable, rowsOf, type Table } from './table.ts'

const test = suite('lifecycle of a script')

const world: ScriptWorld = { nowMs: 100_000, adoptMs: 10_000, stopMs: 5000 }
const process = { pid: 4711, startTime: 'start' }
const wants = ['run', 'end'] as const
/** It may have gone beyond a limit. */
const overs = [{}, { over: 'process limit 20 (were 21)' }]
const end = { code: 0, signal: null, reason: 'exited' } as const
const dueMs = 100_000

function note(more: Partial<ScriptNote> = {}): ScriptNote {
  return { code: 0, signal: null, timedOut: false, outputBytes: 0, cut: false, ...more }
}

/** Each state with all that changes what follows. */
const states: { [At in ScriptState['at']]: Extract<ScriptState, { at: At }>[] } = {
  queued: [{ at: 'queued' }],
  asked: wants.flatMap(want => [true, false].map(isAgain => ({ at: 'asked' as const, want, isAgain }))),
  unheard: wants.map(want => ({ at: 'unheard', want, why: 'host went down', dueMs })),
  doubted: wants.map(want => ({ at: 'doubted', want, why: 'host went down' })),
  forbidding: [{ at: 'forbidding', why: 'host went down' }],
  told: wants.flatMap(want =>
    (['linked', 'gone'] as const).map(keeper => ({ at: 'told' as const, want, pid: process.pid, keeper, dueMs })),
  ),
  up: overs.map(over => ({ at: 'up', process, ...over })),
  adrift: (['gone', 'unheard'] as const).flatMap(keeper =>
    overs.map(over => ({ at: 'adrift' as const, process, keeper, dueMs, ...over })),
  ),
  vanished: wants.flatMap(want => overs.map(over => ({ at: 'vanished' as const, want, process, dueMs, ...over }))),
  judged: wants.flatMap(want => overs.map(over => ({ at: 'judged' as const, want, process, ...over }))),
  stopping: (['linked', 'gone', 'unheard'] as const).flatMap(keeper =>
    (['term', 'kill'] as const).flatMap(phase =>
      overs.map(over => ({ at: 'stopping' as const, process, keeper, phase, dueMs, ...over })),
    ),
  ),
  over: [{ at: 'over', end }],
}

/** Each event with all that changes what follows. */
const events: { [Type in ScriptEvent['type']]: Extract<ScriptEvent, { type: Type }>[] } = {
  turn: [{ type: 'turn' }],
  stop: [{ type: 'stop' }],
  over: [{ type: 'over', said: 'memory limit 100 MB (was 120 MB)' }],
  'not-saved': [{ type: 'not-saved', message: 'the disk is full' }],
  timer: [
    { type: 'timer', lateMs: 0 },
    { type: 'timer', lateMs: 60_000 },
  ],
  begun: [{ type: 'begun', pid: process.pid }],
  refused: [{ type: 'refused', message: 'no' }],
  unanswered: [{ type: 'unanswered', why: 'timeout' }],
  kept: [{ type: 'kept', pid: process.pid }],
  'not-kept': [{ type: 'not-kept' }],
  unlinked: [{ type: 'unlinked' }],
  ended: [{ type: 'ended', note: note() }],
  identified: [{ type: 'identified', process }],
  gone: [{ type: 'gone' }],
  'no-note': [{ type: 'no-note' }],
  'log-there': [{ type: 'log-there' }],
  'log-absent': [{ type: 'log-absent' }],
  forbidden: [{ type: 'forbidden' }],
  unseen: [{ type: 'unseen' }],
}

const allStates: ScriptState[] = Object.values(states).flat()
const allEvents: ScriptEvent[] = Object.values(events).flat()

test('the table at the head of script.ts says of each state and event what decideScript() does', () => {
  const done: Table = new Map()
  for (const state of allStates) {
    for (const event of allEvents) {
      const row = done.get(state.at) ?? new Map<string, Set<string>>()
      const cell = row.get(event.type) ?? new Set<string>()
      done.set(state.at, row.set(event.type, cell))
      cell.add(outcomeOf(state, decideScript(state, event, world), ['save', 'end']))
    }
  }
  const said = readTable(new URL('../../../daemon/lifecycle/script.ts', import.meta.url))
  assert.equal(rowsOf(said), rowsOf(done))
})

test('decideScript() saves what a record holds where that changes, before all else, and an end once', () => {
  for (const state of allStates) {
    for (const event of allEvents) {
      const [next, effects] = decideScript(state, event, world)
      const isChanged = JSON.stringify(recordedOf(state)) !== JSON.stringify(recordedOf(next))
      const acts = effects.map(effect => effect.do)
      const what = `${state.at} × ${event.type}`
      assert.is(acts.includes('save'), isChanged && next.at !== 'over', what)
      assert.ok(acts.lastIndexOf('save') <= 0, what)
      assert.is(acts.includes('end'), next.at === 'over' && state.at !== 'over', what)
    }
  }
})

test('decideScript() goes the way of a run that ends well', () => {
  let state: ScriptState = { at: 'queued' }
  const way: ScriptEvent[] = [
    { type: 'turn' },
    { type: 'begun', pid: 4711 },
    { type: 'identified', process },
    { type: 'ended', note: note() },
  ]
  const seen = way.map(event => {
    state = decideScript(state, event, world)[0]
    return state.at
  })
  assert.equal(seen, ['asked', 'told', 'up', 'over'])
})

test('decideScript() tells the reasons of an end apart', () => {
  const endOf = (state: ScriptState, event: ScriptEvent) => {
    const [next] = decideScript(state, event, world)
    return next.at === 'over' ? [next.end.reason, next.end.message] : next.at
  }
  const [up, [stopping], [first]] = [states.up[0] as ScriptState, states.stopping, states.asked]
  const killed = note({ code: null, signal: 'SIGTERM' })
  assert.equal(endOf(up, { type: 'ended', note: killed }), ['killed', undefined])
  assert.equal(endOf(up, { type: 'ended', note: { ...killed, timedOut: true } }), ['timeout', undefined])
  assert.equal(endOf(stopping as ScriptState, { type: 'ended', note: killed }), ['stopped', undefined])
  assert.equal(endOf({ at: 'queued' }, { type: 'stop' }), ['stopped', undefined])
  assert.equal(endOf({ at: 'forbidding', why: 'w' }, { type: 'forbidden' }), ['stopped', undefined])
  assert.equal(endOf(first as ScriptState, { type: 'refused', message: 'no' }), ['spawn_failed', 'no'])
  assert.equal(endOf({ at: 'doubted', want: 'run', why: 'timeout' }, { type: 'log-there' }), ['lost', 'timeout'])
  assert.equal(endOf({ at: 'judged', want: 'run', process }, { type: 'no-note' }), ['lost', 'its keeper went down'])
})

test('decideScript() ends a run that went beyond a limit for that, whatever it goes through until then', () => {
  const said = 'memory limit 100 MB (was 120 MB)'
  for (const state of allStates.filter(one => 'process' in one)) {
    const [beyond] = decideScript(state, { type: 'over', said }, world)
    for (const event of allEvents.filter(({ type }) => type !== 'over')) {
      const [next] = decideScript(beyond, event, world)
      const what = `${state.at} × ${event.type}`
      if (next.at === 'over') assert.equal([next.end.reason, next.end.message], ['limit', said], what)
      else assert.is('over' in next && next.over, said, what)
    }
  }
})

test('decideScript() waits for the note of a keeper that may hang for as long as for its word, of one that is gone a second', () => {
  const untilMs = (keeper: 'gone' | 'unheard') =>
    scriptTimerOf(decideScript({ at: 'adrift', process, keeper, dueMs }, { type: 'gone' }, world)[0])
  assert.equal([untilMs('gone'), untilMs('unheard')], [101_000, 110_000])
})

test('decideScript() takes no late timer for the silence of a keeper', () => {
  for (const state of [...states.unheard, ...states.vanished]) {
    const [next, effects] = decideScript(state, { type: 'timer', lateMs: 60_000 }, world)
    assert.equal([next, effects], [{ ...state, dueMs: 110_000 }, []])
  }
})

test('restoredScript() goes by the record: what waits, what may have been begun, what runs, what is to end', () => {
  const restored = (record: Parameters<typeof restoredScript>[0], isSameBoot = true) => {
    const [state, effects] = restoredScript(record, { ...world, isSameBoot })
    return [state.at, 'want' in state ? state.want : '', effects.map(effect => effect.do).join()]
  }
  assert.equal(restored({ state: 'queued' }, false), ['queued', '', ''])
  assert.equal(restored({ state: 'spawning' }), ['unheard', 'run', 'read-note'])
  assert.equal(restored({ state: 'stopping' }), ['unheard', 'end', 'read-note'])
  assert.equal(restored({ state: 'up', process }), ['adrift', '', 'look'])
  assert.equal(restored({ state: 'stopping', process }), ['stopping', '', 'term,look'])
  for (const state of ['spawning', 'up', 'stopping'] as const)
    assert.equal(restored({ state, process }, false), ['over', '', 'end'])
})

test.run()
