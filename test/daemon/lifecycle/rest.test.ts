// Walks every state that a slot can reach while its pod falls asleep, is woken, restarted and scaled: its run rests or has something to do, it
// lives and dies, the host dies at any moment and takes over what is on the disk, the pod is stopped. Not here: reloads (seat.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { timerOf } from '../../../daemon/lifecycle/decide.ts'
import { hasRun, runStateOf } from '../../../daemon/lifecycle/public.ts'
import { type Recorded, restored, restoredLeaving, verdictsOn } from '../../../daemon/lifecycle/restored.ts'
import {
  decideSeat,
  type Lane,
  laneOf,
  type RestEvent,
  type Seat,
  type Worlds,
} from '../../../daemon/lifecycle/seat.ts'
import type { Effect, End, RunRef, Slot, SlotEvent, World } from '../../../daemon/lifecycle/slot.ts'
import { policyOf } from '../../../protocol/policy.ts'

type Process = { isLoaded: boolean; accepts: boolean }
type Saved = { run: RunRef; state: Recorded['state']; isDraining: boolean; hasProcess: boolean; end?: End }

/** `want`: `fewer`: the pod is up, with fewer slots. `asked`: what each run is about to answer. `saved`: the records, newest first. */
type Model = {
  isSingle: boolean
  seat: Seat
  want: 'up' | 'asleep' | 'fewer' | 'idle'
  alive: Record<number, Process>
  asked: Record<number, 'spawn' | 'rest' | 'cleanup' | 'drain'>
  saved: Saved[]
}

const lanes: readonly Lane[] = ['main', 'coming', 'leaving']
const policy = policyOf({})
const crash: End = { code: 1, signal: null, reason: 'exited' }
const wantedSpec = 'a'
const oldSpec = 'b'
const first: RunRef = { number: 1, spec: wantedSpec, failures: 0, restarts: 0 }

const start = (isSingle: boolean): Model => ({
  isSingle,
  seat: { main: { at: 'up', run: first, sinceMs: 0, check: { at: 'resting', dueMs: 0, missed: 0 } } },
  want: 'up',
  alive: { 1: { isLoaded: true, accepts: true } },
  asked: {},
  saved: [{ run: first, state: 'up', isDraining: false, hasProcess: true }],
})

/** As the slots of a pod have them (daemon/pod/slots.ts). */
function worldsOf({ seat, want, saved, isSingle }: Model): Worlds {
  const nextNumber = (saved[0]?.run.number ?? 0) + 1
  const drains = want !== 'idle'
  const fixed = {
    policy,
    nowMs: 0,
    nextNumber,
    jitter: 0,
    adoptMs: 0,
    hasCode: true,
    spec: wantedSpec,
    isSingle,
    drains,
  }
  const main: World = { ...fixed, wanted: want === 'up', rests: want === 'asleep' ? { forMs: 1000 } : undefined }
  const { at } = seat.leaving ?? seat.main
  const isLeft = (want === 'up' || want === 'asleep') && (at === 'up' || at === 'draining')
  const left = seat.leaving ?? seat.main
  const spec = hasRun(left) ? left.run.spec : wantedSpec
  return { main, coming: { ...main, wanted: false }, leaving: { ...main, spec, wanted: isLeft } }
}

type Step = { name: string; next: Model }

function happen(model: Model, event: SlotEvent | RestEvent, to: { lane: Lane } | { run: number }): Step[] {
  const lane = 'lane' in to ? to.lane : laneOf(model.seat, to.run)
  if (!lane) return []
  const { seat, effects, hasStirred } = decideSeat(model.seat, lane, event, worldsOf(model))
  let now: Model = { ...model, seat }
  const steps: Step[] = []
  for (const [at, effect] of effects.entries()) {
    now = perform(now, effect)
    if (at < effects.length - 1) steps.push({ name: `${event.type}, and the host dies`, next: died(now) })
  }
  // The pod is awake again.
  if (hasStirred) now = look({ ...now, want: 'up' })
  return [...steps, { name: event.type, next: now }]
}

function perform(model: Model, { do: act, run, ...more }: Effect): Model {
  const { number } = run
  switch (act) {
    case 'save': {
      const lane = laneOf(model.seat, number)
      const slot = lane && model.seat[lane]
      assert.ok(slot && hasRun(slot))
      const isDraining = slot.at === 'draining'
      const saved: Saved = { run, state: runStateOf(slot), isDraining, hasProcess: number in model.alive }
      const others = model.saved.filter(other => other.run.number !== number)
      return { ...model, saved: [saved, ...others].sort((a, b) => b.run.number - a.run.number) }
    }
    case 'spawn': {
      const others = Object.keys(model.alive).length
      assert.ok(others < (model.isSingle ? 1 : 2), 'no more processes than may be')
      assert.is(model.want, 'up', 'nothing begins for a pod that sleeps')
      return { ...model, asked: { ...model.asked, [number]: 'spawn' } }
    }
    case 'assign':
      return { ...model, alive: { ...model.alive, [number]: { isLoaded: true, accepts: true } } }
    case 'drain': {
      const process = model.alive[number]
      assert.ok(process, 'what drains is a process')
      const alive = { ...model.alive, [number]: { ...process, accepts: false } }
      return { ...model, alive, asked: { ...model.asked, [number]: act } }
    }
    case 'rest':
    case 'cleanup':
      assert.ok(number in model.alive, `${act} is asked of a process`)
      return { ...model, asked: { ...model.asked, [number]: act } }
    case 'end': {
      const { end } = more as { end: End }
      const state = end.reason === 'lost' ? ('lost' as const) : ('ended' as const)
      const saved = model.saved.map(other => (other.run.number === number ? { ...other, state, end } : other))
      return { ...model, saved, asked: drop(model.asked, number) }
    }
    default:
      return model
  }
}

/** Another host takes over what is on the disk; that the pod sleeps is there too. */
function died(model: Model): Model {
  const records: Recorded[] = model.saved.map(({ end, isDraining, ...saved }) => {
    const of = { run: saved.run, slot: 0, isSameBoot: true, upForMs: 0 }
    if (saved.state === 'ended' || saved.state === 'lost') return { ...of, state: saved.state, end }
    return {
      ...of,
      state: saved.state,
      hasProcess: saved.hasProcess,
      isDraining,
      isGone: !(saved.run.number in model.alive),
    }
  })
  const seat: Seat = { main: { at: 'vacant' } }
  const blank: Model = { ...model, seat, asked: {} }
  for (const [at, verdict] of verdictsOn(records).entries()) {
    const record = records[at] as Recorded
    assert.is.not(verdict, 'stale', `no run that is alive is given up: ${JSON.stringify(model)}`)
    const world = worldsOf(blank).main
    if (verdict === 'adopted' || verdict === 'counts') seat.main = restored(record, world)
    if (verdict === 'leaving') seat.leaving = restoredLeaving(record, world)
  }
  return { ...blank, seat }
}

function drop<T>(all: Record<number, T>, run: number): Record<number, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => +key !== run))
}

function look(model: Model): Model {
  let now = model
  for (const lane of lanes) if (now.seat[lane]) now = happen(now, { type: 'desired' }, { lane }).at(-1)?.next ?? now
  return now
}

function steps(model: Model): Step[] {
  const { seat, alive, asked, want } = model
  const found: Step[] = [
    { name: 'look', next: look(model) },
    { name: 'the host dies', next: died(model) },
  ]
  if (want === 'up') found.push({ name: 'sleep', next: look({ ...model, want: 'asleep' }) })
  if (want === 'up') found.push({ name: 'restart', next: look(renewed(model)) })
  if (want === 'up') found.push({ name: 'fewer', next: look({ ...model, want: 'fewer' }) })
  if (want === 'fewer') found.push({ name: 'more', next: look({ ...model, want: 'up' }) })
  if (want === 'asleep') found.push({ name: 'wake', next: look({ ...model, want: 'up' }) })
  if (want !== 'idle') found.push({ name: 'stop', next: look({ ...model, want: 'idle' }) })
  for (const [key, what] of Object.entries(asked)) {
    const run = +key
    const rest = { ...model, asked: drop(asked, run) }
    const process = alive[run]
    if (what === 'spawn') {
      found.push(
        ...happen(
          { ...rest, alive: { ...alive, [run]: { isLoaded: false, accepts: false } } },
          { type: 'spawned' },
          { run },
        ),
      )
      found.push(...happen(rest, { type: 'spawn-failed', message: 'no' }, { run }))
    } else if (what === 'rest' && process) {
      found.push(
        ...happen({ ...rest, alive: { ...alive, [run]: { ...process, accepts: false } } }, { type: 'rested' }, { run }),
      )
      if (process.accepts) found.push(...happen(rest, { type: 'stirred' }, { run }))
    } else found.push(...happen(rest, { type: what === 'drain' ? 'drained' : 'cleaned' }, { run }))
  }
  for (const [key, { isLoaded }] of Object.entries(alive)) {
    const run = +key
    found.push(
      ...happen(
        { ...model, alive: drop(alive, run), asked: drop(asked, run) },
        { type: 'exited', end: crash },
        { run },
      ),
    )
    found.push(...happen(model, { type: 'hello', state: isLoaded ? 'up' : 'empty' }, { run }))
    if (isLoaded) found.push(...happen(model, { type: 'ready' }, { run }))
  }
  for (const lane of lanes) {
    const slot = seat[lane]
    if (slot && timerOf(slot, worldsOf(model)[lane]) !== undefined)
      found.push(...happen(model, { type: 'timer', lateMs: 0 }, { lane }))
  }
  return found.map(({ name, next }) => ({ name, next: normal(next) }))
}

/** Another spec is wanted from now on: that of all that was begun before is not it. */
function renewed(model: Model): Model {
  const old = (slot: Slot): Slot => {
    if (hasRun(slot)) return { ...slot, run: { ...slot.run, spec: oldSpec } }
    return 'last' in slot ? { ...slot, last: { ...slot.last, spec: oldSpec } } : slot
  }
  const { main, leaving } = model.seat
  return {
    ...model,
    seat: { main: old(main), ...(leaving && { leaving: old(leaving) }) },
    saved: model.saved.map(saved => ({ ...saved, run: { ...saved.run, spec: oldSpec } })),
  }
}

/** Times mean nothing here, and numbers only their order. */
function normal(model: Model): Model {
  const live = new Set(lanes.flatMap(lane => runOf(model.seat[lane])?.number ?? []))
  const kept = model.saved.filter((saved, at) => at === 0 || live.has(saved.run.number))
  const numbers = [...new Set([...kept.map(({ run }) => run.number), ...live])].sort((a, b) => a - b)
  const rename = (number: number) => numbers.indexOf(number) + 1
  const ref = ({ number, spec }: RunRef): RunRef => ({ number: rename(number), spec, failures: 0, restarts: 0 })
  const slotOf = (slot: Slot): Slot => {
    const calm = { ...slot } as Slot
    for (const key of ['dueMs', 'askMs', 'retryAtMs', 'askedMs', 'sinceMs', 'upMs', 'failures'] as const)
      if (key in calm) Object.assign(calm, { [key]: 0 })
    if (calm.at === 'up' || calm.at === 'draining')
      calm.check = { at: calm.check.at, missed: calm.check.missed, dueMs: 0 }
    if (calm.at === 'starting') delete calm.silentSinceMs
    if (calm.at === 'stopping') delete calm.found
    if ('end' in calm) calm.end = crash
    if (hasRun(calm)) calm.run = ref(calm.run)
    if ('last' in calm) calm.last = ref(calm.last)
    return calm
  }
  const byNumber = <T>(all: Record<number, T>) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([key, value]) => (numbers.includes(+key) ? [[rename(+key), value]] : [])),
    )
  const { main, leaving } = model.seat
  return {
    ...model,
    seat: { main: slotOf(main), ...(leaving && { leaving: slotOf(leaving) }) },
    alive: byNumber(model.alive),
    asked: byNumber(model.asked),
    saved: kept.map(saved => ({ ...saved, run: ref(saved.run), ...(saved.end && { end: crash }) })),
  }
}

function runOf(slot: Slot | undefined): RunRef | undefined {
  if (slot && hasRun(slot)) return slot.run
  return slot && 'last' in slot ? slot.last : undefined
}

/** Every state, and what may follow. */
const all = new Map<string, { model: Model; steps: Step[] }>()
const open = [start(false), start(true)]
for (let model = open.pop(); model; model = open.pop()) {
  const key = JSON.stringify(model)
  if (all.has(key)) continue
  const next = steps(model)
  all.set(key, { model, steps: next })
  open.push(...next.map(step => step.next))
  assert.ok(all.size < 100_000, 'the states are bounded')
}

/** The states from which one that `isGood` is reached by steps of these names alone. */
function leadTo(isGood: (model: Model) => boolean, names: RegExp): Set<string> {
  const before = new Map<string, string[]>()
  for (const [key, { steps }] of all)
    for (const { name, next } of steps)
      if (names.test(name)) before.set(JSON.stringify(next), [...(before.get(JSON.stringify(next)) ?? []), key])
  const good = new Set([...all].flatMap(([key, { model }]) => (isGood(model) ? [key] : [])))
  for (const key of good) for (const from of before.get(key) ?? []) good.add(from)
  return good
}

const works = /^(look|spawned|hello|ready|rested|drained|cleaned|exited|timer)$/

test('decideSeat() forgets no process: each that is alive is in a lane', () => {
  for (const { model } of all.values())
    for (const number of Object.keys(model.alive)) assert.ok(laneOf(model.seat, +number), JSON.stringify(model))
})

test('decideSeat() ends all runs of a pod that sleeps, and of a slot that is one too many, from every state', () => {
  for (const down of ['asleep', 'fewer']) {
    const good = leadTo(
      ({ want, alive, seat }) => want === down && Object.keys(alive).length === 0 && !hasRun(seat.main),
      works,
    )
    for (const [key, { model }] of all) if (model.want === down) assert.ok(good.has(key), key)
  }
})

test('decideSeat() brings a run up that accepts once the pod is woken, or restarted, from every state', () => {
  const accepts = ({ seat, alive, want }: Model) =>
    want === 'up' &&
    seat.main.at === 'up' &&
    seat.main.run.spec === wantedSpec &&
    alive[seat.main.run.number]?.accepts === true
  const good = leadTo(accepts, works)
  for (const [key, { model }] of all) if (model.want === 'up') assert.ok(good.has(key), key)
})

test('decideSeat() ends no run that accepts, of a pod that falls asleep, is restarted or scaled down, before that accepts no more', () => {
  for (const { model, steps } of all.values()) {
    const { main } = model.seat
    if (main.at !== 'up' || !model.alive[main.run.number]?.accepts || model.want === 'idle') continue
    for (const { name, next } of steps) {
      if (/^(exited|timer|stop|hello)/.test(name)) continue
      const lane = laneOf(next.seat, main.run.number)
      const slot = lane && next.seat[lane]
      assert.not(slot?.at === 'stopping' && next.alive[main.run.number]?.accepts, `${name}: ${JSON.stringify(model)}`)
    }
  }
})

test.run()
