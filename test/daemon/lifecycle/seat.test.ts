// Walks every state that a slot can reach while it is reloaded from spec `a` to `b`: both runs live and die, the host dies at any
// moment and takes over what is on the disk, the pod is stopped. What the lifecycle of one run is sure of: walk.test.ts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { timerOf } from '../../../daemon/lifecycle/decide.ts'
import { hasRun, runStateOf } from '../../../daemon/lifecycle/public.ts'
import { type Recorded, restored, restoredLeaving, verdictsOn } from '../../../daemon/lifecycle/restored.ts'
import { rollOn } from '../../../daemon/lifecycle/roll.ts'
import { decideSeat, type Lane, laneOf, type Seat, specIn, type Worlds } from '../../../daemon/lifecycle/seat.ts'
import type { Effect, End, RunRef, Slot, SlotEvent, World } from '../../../daemon/lifecycle/slot.ts'
import { policyOf } from '../../../protocol/policy.ts'

type Saved = { run: RunRef; state: Recorded['state']; isDraining: boolean; hasProcess: boolean; end?: End }

/** `alive`: the runs that have a process, and whether it has code. `saved`: the records, newest first. */
type Model = {
  seat: Seat
  isWanted: boolean
  alive: Record<number, { isLoaded: boolean; isKnown: boolean }>
  asked: Record<number, 'spawn' | 'cleanup' | 'drain'>
  saved: Saved[]
  hasFailed: boolean
}

const lanes: readonly Lane[] = ['main', 'coming', 'leaving']
const policy = policyOf({ restart: 'always', giveUp: 'never' })
const crash: End = { code: 1, signal: null, reason: 'exited' }
const first: RunRef = { number: 1, spec: 'a', failures: 0, restarts: 0 }

const start: Model = {
  seat: { main: { at: 'up', run: first, sinceMs: 0, check: { at: 'resting', dueMs: 0, missed: 0 } } },
  isWanted: true,
  alive: { 1: { isLoaded: true, isKnown: true } },
  asked: {},
  saved: [{ run: first, state: 'up', isDraining: false, hasProcess: true }],
  hasFailed: false,
}

/** As the slots of a pod have them (daemon/pod/slots.ts). */
function worldsOf({ seat, isWanted, saved }: Model): Worlds {
  const fixed = { policy, nowMs: 0, nextNumber: (saved[0]?.run.number ?? 0) + 1, jitter: 0, adoptMs: 0, hasCode: true }
  const world = (spec: string | undefined, wanted: boolean): World => ({ ...fixed, spec: spec ?? 'a', wanted })
  const { at } = seat.leaving ?? seat.main
  return {
    main: world(specIn(seat.main) === 'b' ? 'b' : 'a', isWanted),
    coming: world('b', isWanted),
    leaving: world(specIn(seat.leaving ?? seat.main), isWanted && (at === 'up' || at === 'draining')),
  }
}

type Step = { name: string; next: Model }

function happen(
  model: Model,
  event: SlotEvent,
  to: { lane: Lane } | { run: number },
  name: string = event.type,
): Step[] {
  const lane = 'lane' in to ? to.lane : laneOf(model.seat, to.run)
  if (!lane) return []
  const { seat, effects, failed } = decideSeat(model.seat, lane, event, worldsOf(model))
  const decided: Model = { ...model, seat, hasFailed: model.hasFailed || failed !== undefined }
  const steps: Step[] = []
  let now = decided
  for (const [at, effect] of effects.entries()) {
    now = perform(now, effect)
    // The host may die between any two effects.
    if (at < effects.length - 1) steps.push({ name: `${name}, and the host dies`, next: died(now) })
  }
  return [...steps, { name, next: now }]
}

function perform(model: Model, { do: act, run, ...more }: Effect): Model {
  const { number } = run
  const without = <T>(all: Record<number, T>) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => +key !== number))
  switch (act) {
    case 'save': {
      const lane = laneOf(model.seat, number)
      const slot = lane && model.seat[lane]
      assert.ok(slot && hasRun(slot))
      const saved: Saved = {
        run,
        state: runStateOf(slot),
        isDraining: slot.at === 'draining',
        hasProcess: number in model.alive,
      }
      return { ...model, saved: [saved, ...model.saved.filter(other => other.run.number !== number)].sort(newest) }
    }
    case 'spawn':
      assert.ok(Object.keys(model.alive).length < 2, 'never three processes in a slot')
      return { ...model, asked: { ...model.asked, [number]: 'spawn' } }
    case 'assign':
      return { ...model, alive: { ...model.alive, [number]: { isLoaded: true, isKnown: true } } }
    case 'cleanup':
    case 'drain':
      assert.ok(number in model.alive, `${act} is asked of a process`)
      return { ...model, asked: { ...model.asked, [number]: act } }
    case 'end': {
      const { end } = more as { end: End }
      const state = end.reason === 'lost' ? 'lost' : 'ended'
      const saved = model.saved.map(other =>
        other.run.number === number ? { ...other, state, end } : other,
      ) as Saved[]
      return { ...model, saved, asked: without(model.asked) }
    }
    default:
      return model
  }
}

function newest(a: Saved, b: Saved): number {
  return b.run.number - a.run.number
}

/** What the next host reads. */
function recordsOf({ saved, alive }: Model): Recorded[] {
  return saved.map(({ end, isDraining, hasProcess, run, state }) => {
    const of = { run, slot: 0, isSameBoot: true, upForMs: 0 }
    if (state === 'ended' || state === 'lost') return { ...of, state, end }
    return { ...of, state, hasProcess, isDraining, isGone: !hasProcess || !(run.number in alive) }
  })
}

/** Another host takes over what is on the disk; a process that was asked for may not have come to be. */
function died(model: Model): Model {
  const records = recordsOf(model)
  const seat: Seat = { main: { at: 'vacant' } }
  const blank: Model = { ...model, seat, asked: {} }
  for (const [at, verdict] of verdictsOn(records, { isReloading: true }).entries()) {
    const record = records[at] as Recorded
    const world = worldsOf(blank).main
    assert.is.not(verdict, 'stale', 'no run that is alive is given up')
    if (verdict === 'adopted' || verdict === 'counts') seat.main = restored(record, world)
    if (verdict === 'coming') seat.coming = restored(record, world)
    if (verdict === 'leaving') seat.leaving = restoredLeaving(record, world)
  }
  return { ...blank, seat }
}

const known = new Map<string, Step[]>()

/** All that may happen next. */
function steps(model: Model): Step[] {
  const key = JSON.stringify(model)
  const found = known.get(key) ?? foundOut(model)
  known.set(key, found)
  return found
}

function foundOut(model: Model): Step[] {
  const { seat, alive, asked, isWanted, hasFailed } = model
  const found: Step[] = [{ name: 'the host dies', next: died(model) }]
  if (isWanted) {
    found.push(...look({ ...model, isWanted: false }, 'stop'))
    const { begin } = rollOn([seat], { to: 'b', width: 1 })
    if (begin.length > 0 && !hasFailed) found.push(...happen(model, { type: 'desired' }, { lane: 'coming' }, 'reload'))
  }
  found.push(...look(model, 'look'))
  for (const [key, what] of Object.entries(asked)) {
    const run = +key
    if (what === 'spawn') {
      const spawned = {
        ...model,
        alive: { ...alive, [run]: { isLoaded: false, isKnown: true } },
        asked: drop(asked, run),
      }
      found.push(...happen(spawned, { type: 'spawned' }, { run }))
      found.push(...happen({ ...model, asked: drop(asked, run) }, { type: 'spawn-failed', message: 'no' }, { run }))
    } else {
      const type = what === 'drain' ? 'drained' : 'cleaned'
      found.push(...happen({ ...model, asked: drop(asked, run) }, { type }, { run }))
    }
  }
  for (const [key, { isLoaded }] of Object.entries(alive)) {
    const run = +key
    const gone: Model = { ...model, alive: drop(alive, run), asked: drop(asked, run) }
    found.push(...happen(gone, { type: 'exited', end: crash }, { run }))
    found.push(...happen(model, { type: 'hello', state: isLoaded ? 'up' : 'empty' }, { run }, 'hello'))
    if (isLoaded) found.push(...happen(model, { type: 'ready' }, { run }))
  }
  for (const lane of lanes) {
    const slot = seat[lane]
    if (slot && timerOf(slot, worldsOf(model)[lane]) !== undefined)
      found.push(...happen(model, { type: 'timer', lateMs: 0 }, { lane }, `timer ${lane}`))
  }
  return found.map(({ name, next }) => ({ name, next: normal(next) }))
}

function drop<T>(all: Record<number, T>, run: number): Record<number, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => +key !== run))
}

/** Looks at all lanes. */
function look(model: Model, name: string): Step[] {
  let now = model
  for (const lane of lanes) if (now.seat[lane]) now = happen(now, { type: 'desired' }, { lane }).at(-1)?.next ?? now
  return [{ name, next: now }]
}

/** Times mean nothing here, numbers only their order, and of what is over only what may follow from it. */
function normal(model: Model): Model {
  const live = new Set(lanes.flatMap(lane => runOf(model.seat[lane])?.number ?? []))
  const kept = model.saved.filter((saved, at) => at === 0 || live.has(saved.run.number))
  const numbers = [...new Set([...kept.map(({ run }) => run.number), ...live])].sort((a, b) => a - b)
  const rename = (number: number) => numbers.indexOf(number) + 1
  const ref = ({ number, spec }: RunRef): RunRef => ({ number: rename(number), spec, failures: 0, restarts: 0 })
  const slotOf = (slot: Slot): Slot => {
    const calm = { ...slot } as Slot
    for (const key of ['dueMs', 'askMs', 'retryAtMs', 'askedMs', 'sinceMs', 'upMs'] as const)
      if (key in calm) Object.assign(calm, { [key]: 0 })
    if (calm.at === 'up' || calm.at === 'draining')
      calm.check = { at: calm.check.at, missed: calm.check.missed, dueMs: 0 }
    if (calm.at === 'starting') delete calm.silentSinceMs
    if (calm.at === 'stopping') delete calm.found
    if ('failures' in calm) calm.failures = 0
    if ('end' in calm) calm.end = crash
    if (hasRun(calm)) calm.run = ref(calm.run)
    if ('last' in calm) calm.last = ref(calm.last)
    return calm
  }
  const byNumber = <T>(all: Record<number, T>) =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([key]) => numbers.includes(+key))
        .map(([key, value]) => [rename(+key), value]),
    )
  const { main, coming, leaving } = model.seat
  return {
    ...model,
    seat: {
      main: slotOf(main),
      ...(coming && { coming: slotOf(coming) }),
      ...(leaving && { leaving: slotOf(leaving) }),
    },
    alive: byNumber(model.alive),
    asked: byNumber(model.asked),
    saved: kept.map(saved => ({ ...saved, run: ref(saved.run), ...(saved.end && { end: crash }) })),
  }
}

function runOf(slot: Slot | undefined): RunRef | undefined {
  if (slot && hasRun(slot)) return slot.run
  return slot && 'last' in slot ? slot.last : undefined
}

const seen = new Map([[JSON.stringify(start), start]])
const taken: { model: Model; step: Step }[] = []
for (const model of seen.values()) {
  for (const step of steps(model)) {
    taken.push({ model, step })
    const key = JSON.stringify(step.next)
    if (!seen.has(key)) seen.set(key, step.next)
  }
  assert.ok(seen.size < 100_000, 'the states are bounded')
}
const models = [...seen.values()]

function serves({ seat, alive }: Model): boolean {
  return lanes.some(lane => {
    const slot = seat[lane]
    return slot?.at === 'up' && slot.run.number in alive
  })
}

test('decideSeat() never lets a run come while another one leaves', () => {
  for (const { seat } of models) assert.not(seat.coming && seat.leaving, JSON.stringify(seat))
})

test('decideSeat() ends no run that serves before another one is up', () => {
  for (const { model, step } of taken) {
    const isOwnEnd = /^(exited|timer|stop)/.test(step.name)
    if (!model.isWanted || isOwnEnd || !serves(model)) continue
    assert.ok(serves(step.next), `${step.name}: ${JSON.stringify(model.seat)}`)
  }
})

test('decideSeat() leaves the run that is there alone where the one that came did not come up', () => {
  for (const { model, step } of taken) {
    if (model.hasFailed || !step.next.hasFailed) continue
    const { main, coming, leaving } = step.next.seat
    assert.equal(
      [main.at, specIn(main), coming, leaving],
      [model.seat.main.at, specIn(model.seat.main), undefined, undefined],
    )
  }
})

test('decideSeat() begins the next run beside one that drains though the host died before it could, unless two must not live at once', () => {
  const check = { at: 'resting', dueMs: 0, missed: 0 } as const
  const main: Slot = { at: 'draining', run: first, sinceMs: 0, dueMs: 30_000, check }
  const worlds = worldsOf({ ...start, seat: { main } })
  const { seat, effects } = decideSeat({ main }, 'main', { type: 'desired' }, worlds)
  assert.equal([seat.main.at, seat.leaving, effects.map(({ do: act }) => act)], ['spawning', main, ['save', 'spawn']])
  for (const world of [{ isSingle: true }, { wanted: false, drains: true }]) {
    const others = { ...worlds, main: { ...worlds.main, ...world } }
    assert.equal(decideSeat({ main }, 'main', { type: 'desired' }, others).seat, { main })
  }
  const leaving: Seat = { main, leaving: main }
  assert.equal(decideSeat(leaving, 'main', { type: 'desired' }, worlds).seat, leaving)
})

test('decideSeat() forgets no process: each that is alive is in a lane', () => {
  for (const model of models)
    for (const number of Object.keys(model.alive)) assert.ok(laneOf(model.seat, +number), JSON.stringify(model))
})

test('verdictsOn() gives up no process that is alive, also where the reload is over, or cannot be read', () => {
  for (const model of models) {
    const records = recordsOf(model)
    for (const [at, verdict] of verdictsOn(records).entries()) {
      const { run } = records[at] as Recorded
      if (run.number in model.alive)
        assert.ok(['adopted', 'coming', 'leaving'].includes(verdict), `${verdict}: ${JSON.stringify(model)}`)
    }
  }
})

test('decideSeat() brings the reload to its end from every state, whatever host died', () => {
  const isDone = ({ seat }: Model) =>
    seat.main.at === 'up' && specIn(seat.main) === 'b' && !seat.leaving && !seat.coming
  for (const model of models) {
    if (!model.isWanted || model.hasFailed) continue
    let now = model
    for (let turn = 0; turn < 40 && !isDone(now) && !now.hasFailed; turn++) now = goOn(now)
    // One that was being ended has failed, and then nothing else changes.
    assert.ok(isDone(now) || now.hasFailed, JSON.stringify(model))
  }
})

test('decideSeat() ends all that is in a slot that is not wanted any more', () => {
  for (const model of models) {
    let now = look({ ...model, isWanted: false }, 'stop')[0]?.next ?? model
    for (let turn = 0; turn < 40 && Object.keys(now.alive).length > 0; turn++) now = endOne(now)
    now = look(now, 'look')[0]?.next ?? now
    for (let turn = 0; turn < 5; turn++) now = settle(now)
    assert.equal(now.seat, { main: { at: 'vacant' } }, JSON.stringify(model))
  }
})

/** What the machine, the runs and the host do if all goes well. */
function goOn(model: Model): Model {
  const wish = (wanted: RegExp) =>
    steps(model).find(({ name, next }) => wanted.test(name) && differs(next, model))?.next
  const { leaving, coming, main } = model.seat
  const ending = [leaving, coming, main].find(slot => slot?.at === 'stopping' || slot?.at === 'refused')
  if (ending && hasRun(ending)) {
    const run = ending.run.number
    const gone = { ...model, alive: drop(model.alive, run), asked: drop(model.asked, run) }
    return normal(happen(gone, { type: 'exited', end: crash }, { run }).at(-1)?.next ?? model)
  }
  return (
    wish(/^look$/) ??
    wish(/^spawned$/) ??
    wish(/^hello$/) ??
    wish(/^ready$/) ??
    wish(/^(drained|reload)$/) ??
    wish(/^timer (coming|leaving)$/) ??
    wish(/^timer main$/) ??
    model
  )
}

function differs(a: Model, b: Model): boolean {
  return JSON.stringify(a) !== JSON.stringify(b)
}

function endOne(model: Model): Model {
  const run = Number(Object.keys(model.alive)[0])
  const gone = { ...model, alive: drop(model.alive, run), asked: drop(model.asked, run) }
  return normal(happen(gone, { type: 'exited', end: { ...crash, reason: 'stopped' } }, { run }).at(-1)?.next ?? gone)
}

/** What was asked for comes to nothing, and what is waited for is not. */
function settle(model: Model): Model {
  let now = model
  for (const lane of lanes) {
    const slot = now.seat[lane]
    if (slot?.at === 'spawning')
      now = happen(now, { type: 'spawn-failed', message: 'no' }, { lane }).at(-1)?.next ?? now
    else if (slot?.at === 'awaited') now = happen(now, { type: 'timer', lateMs: 0 }, { lane }).at(-1)?.next ?? now
    else if (slot && hasRun(slot))
      now = happen(now, { type: 'exited', end: crash }, { run: slot.run.number }).at(-1)?.next ?? now
  }
  return now
}

test.run()
