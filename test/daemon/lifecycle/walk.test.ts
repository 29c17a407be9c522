// Walks every state a slot can reach against a small model of the world: a process exists or not, a spawn is under way
// or not, things were asked of it or not. Not tested here: the effects themselves, and real time.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decide, timerOf } from '../../../daemon/lifecycle/decide.ts'
import type { Effect, End, Slot, SlotEvent, World } from '../../../daemon/lifecycle/slot.ts'
import { policyOf } from '../../../protocol/config.ts'

type Want = 'none' | 'a' | 'b'

/** `process`: 'spawning' from the spawn effect to its outcome, 'alive' until its exit was told. */
type Model = {
  slot: Slot
  want: Want
  process: 'none' | 'spawning' | 'alive'
  asked: { check: boolean; cleanup: boolean; killed: boolean; ready: boolean }
}

type Step = { name: string; next: Model }

const fresh: Model['asked'] = { check: false, cleanup: false, killed: false, ready: false }
const ends: End[] = [
  { code: 0, signal: null, reason: 'exited' },
  { code: 1, signal: null, reason: 'exited' },
  { code: null, signal: 'SIGKILL', reason: 'killed' },
]

function worldOf(model: Model, restart: 'always' | 'on-failure' | 'never', nowMs: number): World {
  const policy = policyOf({ restart, retries: 3, minUptime: 20_000 })
  return { wanted: model.want !== 'none', spec: model.want, policy, nowMs, nextNumber: 1, jitter: 0 }
}

/** All that may happen next. */
function steps(model: Model, restart: 'always' | 'on-failure' | 'never'): Step[] {
  const { asked } = model
  const wants = (['none', 'a', 'b'] as const).filter(want => want !== model.want)
  const isAlive = model.process === 'alive'
  return [
    ...wants.map(want => happen({ ...model, want }, { type: 'desired' }, restart, `want ${want}`)),
    ...(model.process === 'spawning'
      ? [
          happen({ ...model, process: 'alive', asked: fresh }, { type: 'spawned' }, restart),
          happen({ ...model, process: 'none' }, { type: 'spawn-failed', message: 'ENOENT' }, restart),
          happen(
            { ...model, process: 'none' },
            { type: 'spawn-failed', message: 'EAGAIN', isForRoom: true },
            restart,
            'no room',
          ),
        ]
      : []),
    ...(isAlive
      ? ends.map(end => happen({ ...model, process: 'none' }, { type: 'exited', end }, restart, `exit ${end.code}`))
      : []),
    ...(isAlive && !asked.killed
      ? [happen({ ...model, asked: { ...asked, ready: true } }, { type: 'ready' }, restart)]
      : []),
    ...(isAlive && asked.check
      ? [
          happen({ ...model, asked: { ...asked, check: false } }, { type: 'check-passed' }, restart),
          happen({ ...model, asked: { ...asked, check: false } }, { type: 'check-failed' }, restart),
        ]
      : []),
    ...(isAlive && asked.cleanup
      ? [happen({ ...model, asked: { ...asked, cleanup: false } }, { type: 'cleaned' }, restart)]
      : []),
    // A host that was replaced hears hello again.
    ...(isAlive && !asked.killed
      ? (['empty', 'starting', 'up', 'cleaned'] as const).map(state =>
          happen(model, { type: 'hello', state }, restart, `hello ${state}`),
        )
      : []),
    ...timerSteps(model, restart),
  ]
}

function timerSteps(model: Model, restart: 'always' | 'on-failure' | 'never'): Step[] {
  const dueMs = timerOf(model.slot, worldOf(model, restart, 0))
  if (dueMs === undefined) return []
  const at = Math.max(0, dueMs)
  return [
    happen(model, { type: 'timer', lateMs: 0 }, restart, 'timer', at),
    happen(model, { type: 'timer', lateMs: 60_000 }, restart, 'late timer', at + 60_000),
  ]
}

/** Lets an event happen at `nowMs` and has its effects done, checking each against the world. */
function happen(
  model: Model,
  event: SlotEvent,
  restart: 'always' | 'on-failure' | 'never',
  name: string = event.type,
  nowMs = 0,
): Step {
  const world = worldOf(model, restart, nowMs)
  const [slot, effects] = decide(model.slot, event, world)
  let next: Model = { ...model, slot: shifted(slot, nowMs) }
  let saved: number | undefined
  for (const effect of effects) {
    if (effect.do === 'save') saved = effect.run.number
    next = perform(next, effect, world, saved)
  }
  return { name, next: normal(next) }
}

function perform(model: Model, effect: Effect, world: World, saved: number | undefined): Model {
  switch (effect.do) {
    case 'spawn':
      assert.is(model.process, 'none', 'never two processes in a slot')
      assert.ok(world.wanted && effect.run.spec === world.spec, 'never spawns a run nobody wants')
      assert.is(saved, effect.run.number, 'the record is saved before the process is spawned')
      return { ...model, process: 'spawning', asked: fresh }
    case 'check':
      assert.is(model.process, 'alive', 'only a process is checked')
      return { ...model, asked: { ...model.asked, check: true } }
    case 'cleanup':
      assert.is(model.process, 'alive', 'only a process cleans up')
      return { ...model, asked: { ...model.asked, cleanup: true } }
    case 'kill':
      assert.is(model.process, 'alive', 'only a process is killed')
      return { ...model, asked: { ...model.asked, killed: true } }
    case 'term':
      assert.is(model.process, 'alive', 'only a process is signalled')
      return model
    case 'end':
      assert.is(model.process, 'none', 'a run is only over once its process is')
      return model
    case 'save':
      return model
  }
}

/** Times as seen from now, so that states that differ in nothing else are one. */
function shifted(slot: Slot, nowMs: number): Slot {
  const moved = Object.fromEntries(
    Object.entries(slot).map(([key, value]) => [key, /^(since|ask|due|retryAt)Ms$/.test(key) ? value - nowMs : value]),
  ) as Slot
  return moved.at === 'up' ? { ...moved, check: { ...moved.check, dueMs: moved.check.dueMs - nowMs } } : moved
}

/** Counters that only grow are cut off, and long uptimes are all the same. */
function normal(model: Model): Model {
  const slot = { ...model.slot } as Slot
  const counts = ({ restarts, waits }: { restarts: number; waits?: number }) => ({
    restarts: Math.min(restarts, 1),
    number: 1,
    ...(waits !== undefined && { waits: Math.min(waits, 8) }),
  })
  if ('run' in slot) slot.run = { ...slot.run, ...counts(slot.run) }
  if ('last' in slot) slot.last = { ...slot.last, ...counts(slot.last) }
  if (slot.at === 'backoff' && slot.waits !== undefined) slot.waits = Math.min(slot.waits, 8)
  if (slot.at === 'up') slot.sinceMs = Math.max(slot.sinceMs, -20_000)
  if (slot.at === 'starting') slot.sinceMs = Math.max(slot.sinceMs, -30_000)
  if (slot.at === 'stopping') slot.upMs = Math.min(slot.upMs, 20_000)
  return { ...model, slot }
}

/** Every model that can be reached, by its text. */
function walk(restart: 'always' | 'on-failure' | 'never'): Map<string, Model> {
  const start: Model = { slot: { at: 'vacant' }, want: 'none', process: 'none', asked: fresh }
  const seen = new Map([[JSON.stringify(start), start]])
  for (const model of seen.values()) {
    for (const { next } of steps(model, restart)) {
      const key = JSON.stringify(next)
      if (!seen.has(key)) seen.set(key, next)
    }
    assert.ok(seen.size < 200_000, 'the states are bounded')
  }
  return seen
}

for (const restart of ['always', 'on-failure', 'never'] as const) {
  const reachable = walk(restart)
  const models = [...reachable.values()]

  test(`decide() reaches every state there is (restart: ${restart})`, () => {
    const reached = new Set(models.map(({ slot }) => slot.at))
    const expected = [
      'vacant',
      'spawning',
      'starting',
      'up',
      'stopping',
      'failed',
      ...(restart === 'never' ? [] : ['backoff']),
      ...(restart === 'always' ? [] : ['done']),
    ]
    assert.equal([...reached].sort(), expected.sort())
  })

  test(`decide() agrees with the world on whether there is a process (restart: ${restart})`, () => {
    for (const { slot, process } of models) {
      if (slot.at === 'spawning') assert.is(process, 'spawning')
      else assert.is(process === 'alive', 'run' in slot, `${slot.at} with process ${process}`)
    }
  })

  test(`decide() leaves no run alone that nobody wants (restart: ${restart})`, () => {
    for (const { slot, want } of models) {
      if (slot.at === 'starting' || slot.at === 'up') assert.is(slot.run.spec, want)
      if (slot.at === 'backoff' || slot.at === 'failed' || slot.at === 'done') assert.is(slot.last.spec, want)
    }
  })

  test(`decide() can always end a pod that is not wanted, though it obeys nothing but SIGKILL (restart: ${restart})`, () => {
    for (const model of models) {
      let now = happen({ ...model, want: 'none' }, { type: 'desired' }, restart).next
      for (let turn = 0; turn < 10 && now.slot.at !== 'vacant'; turn++) {
        if (now.process === 'spawning')
          now = happen({ ...now, process: 'alive', asked: fresh }, { type: 'spawned' }, restart).next
        else if (now.asked.killed)
          now = happen({ ...now, process: 'none' }, { type: 'exited', end: ends[2] as End }, restart).next
        else now = timerSteps(now, restart)[0]?.next ?? now
      }
      assert.is(now.slot.at, 'vacant', JSON.stringify(model))
    }
  })

  test(`decide() leaves no wanted slot forgotten: something is under way, armed, or told (restart: ${restart})`, () => {
    for (const model of models) {
      if (model.want === 'none' || model.process !== 'none') continue
      const isArmed = timerOf(model.slot, worldOf(model, restart, 0)) !== undefined
      assert.ok(isArmed || model.slot.at === 'failed' || model.slot.at === 'done', JSON.stringify(model))
    }
  })

  test(`decide() begins anew from every state when another spec is wanted (restart: ${restart})`, () => {
    for (const model of models) {
      if (model.process !== 'none' || model.want === 'b') continue
      const { next } = happen({ ...model, want: 'b' }, { type: 'desired' }, restart)
      assert.is(next.slot.at, 'spawning')
      assert.ok(next.slot.at === 'spawning' && next.slot.run.failures === 0 && next.slot.run.restarts === 0)
    }
  })
}

test.run()
