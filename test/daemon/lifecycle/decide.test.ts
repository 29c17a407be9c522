// The lifecycle of a slot against the table at the head of its file, cell by cell, and the rows of it that a person would ask
// about one by one. walk.test.ts covers in what order things may happen.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decide, timerOf } from '../../../daemon/lifecycle/decide.ts'
import { hasRun, podState, runStateOf } from '../../../daemon/lifecycle/public.ts'
import type { Decision, Effect, End, RunRef, Slot, SlotAt, SlotEvent, World } from '../../../daemon/lifecycle/slot.ts'
import type { PodConfig } from '../../../protocol/config.ts'
import { type Policy, policyOf } from '../../../protocol/policy.ts'
import type { PodState } from '../../../protocol/words.ts'
import { outcomeOf, readTable, rowsOf, type Table } from './table.ts'

const run: RunRef = { number: 7, spec: 'a', failures: 0, restarts: 0 }
const crash: End = { code: 1, signal: null, reason: 'exited' }

function world(change: Partial<World> & { policy?: Policy } = {}): World {
  const fixed = { policy: policyOf({}), nowMs: 100_000, nextNumber: 8, jitter: 0, adoptMs: 10_000 }
  return { wanted: true, spec: 'a', hasCode: true, ...fixed, ...change }
}

function up(change: Partial<Extract<Slot, { at: 'up' }>> = {}): Slot {
  return { at: 'up', run, sinceMs: 99_000, check: { at: 'resting', dueMs: 109_000, missed: 0 }, ...change }
}

function done(effects: readonly Effect[]): string[] {
  return effects.map(effect => effect.do)
}

/** Handles events in turn. */
function follow(slot: Slot, events: [SlotEvent, Partial<World>?][]): Slot {
  return events.reduce((now, [event, change]) => decide(now, event, world(change))[0], slot)
}

const ends: End[] = [
  { code: 0, signal: null, reason: 'exited' },
  crash,
  { ...crash, reason: 'fault', outlook: 'none' },
  { ...crash, reason: 'fault', outlook: 'slow' },
  { code: null, signal: 'SIGKILL', reason: 'killed' },
]
const runs: RunRef[] = [run, { ...run, failures: 3 }, { ...run, failures: 4 }]

/** Each state with all that changes what follows. */
const slots: { [At in Slot['at']]: SlotAt<At>[] } = {
  vacant: [{ at: 'vacant' }],
  spawning: runs.map(run => ({ at: 'spawning', run })),
  awaited: runs.map(run => ({ at: 'awaited', run, dueMs: 100_000 })),
  booting: runs.map(run => ({ at: 'booting', run, sinceMs: 70_000 })),
  starting: runs.flatMap(run =>
    [70_000, 97_000].flatMap(sinceMs => {
      const starting = { at: 'starting' as const, run, sinceMs, askMs: 100_000 }
      return [starting, { ...starting, isReady: true as const }]
    }),
  ),
  up: runs.flatMap(run =>
    [0, 1].flatMap(missed =>
      (['resting', 'asked'] as const).map(at => ({
        at: 'up' as const,
        run,
        sinceMs: 99_000,
        check: { at, dueMs: 100_000, missed },
      })),
    ),
  ),
  draining: runs.flatMap(run =>
    [100_000, 120_000].flatMap(dueMs =>
      [0, 1].flatMap(missed =>
        (['resting', 'asked'] as const).map(at => ({
          at: 'draining' as const,
          run,
          sinceMs: 99_000,
          dueMs,
          check: { at, dueMs: 100_000, missed },
        })),
      ),
    ),
  ),
  stopping: runs.flatMap(run =>
    (['cleanup', 'term', 'kill'] as const).flatMap(phase =>
      (['stopped', 'unhealthy', 'start_timeout'] as const).map(why => ({
        at: 'stopping' as const,
        run,
        why,
        phase,
        askedMs: 90_000,
        dueMs: 100_000,
        upMs: 0,
      })),
    ),
  ),
  refused: runs.map(run => ({ at: 'refused', run, failure: { message: 'EACCES' }, dueMs: 100_000 })),
  backoff: [{ at: 'backoff', last: run, failures: 2, retryAtMs: 100_000, end: crash }],
  failed: [{ at: 'failed', last: run, failures: 5, end: crash }],
  done: [{ at: 'done', last: run, end: { ...crash, code: 0 } }],
}

/** Each event with all that changes what follows. */
const events: { [Type in SlotEvent['type']]: Extract<SlotEvent, { type: Type }>[] } = {
  desired: [{ type: 'desired' }],
  retry: [{ type: 'retry' }, { type: 'retry', once: true }],
  replace: [
    { type: 'replace', why: 'stopped' },
    { type: 'replace', why: 'unhealthy', said: 'no database' },
  ],
  leave: [{ type: 'leave' }],
  over: [{ type: 'over', said: 'memory limit 200 MB (was 231 MB)' }],
  drained: [{ type: 'drained' }],
  turn: [{ type: 'turn' }],
  spawned: [{ type: 'spawned' }],
  'spawn-failed': [
    { type: 'spawn-failed', message: 'ENOENT' },
    { type: 'spawn-failed', message: 'EAGAIN', isForRoom: true },
  ],
  'save-failed': [
    { type: 'save-failed', message: 'EACCES' },
    { type: 'save-failed', message: 'ENOSPC', isForRoom: true },
  ],
  hello: (['empty', 'starting', 'up', 'cleaned'] as const).map(state => ({ type: 'hello', state })),
  ready: [{ type: 'ready' }],
  'check-passed': [{ type: 'check-passed' }],
  'check-failed': [{ type: 'check-failed' }],
  cleaned: [{ type: 'cleaned' }],
  exited: ends.map(end => ({ type: 'exited', end })),
  timer: [
    { type: 'timer', lateMs: 0 },
    { type: 'timer', lateMs: 60_000 },
  ],
}

const wants: Partial<World>[] = [
  { wanted: true },
  { wanted: true, drains: true },
  { wanted: false },
  { wanted: false, drains: true },
  { wanted: false, rests: { forMs: 1000 } },
]
const worlds = wants.flatMap(wants =>
  ['a', 'b'].flatMap(spec =>
    [true, false].flatMap(hasCode =>
      (['always', 'on-failure', 'never'] as const).flatMap(restart =>
        [{}, { check: { tcp: true } } as const].map(checked =>
          world({ ...wants, spec, hasCode, policy: policyOf({ restart, ...checked }) }),
        ),
      ),
    ),
  ),
)

function each(look: (slot: Slot, event: SlotEvent, decided: Decision) => void): void {
  for (const slot of Object.values(slots).flat())
    for (const event of Object.values(events).flat())
      for (const world of worlds) look(slot, event, decide(slot, event, world))
}

test('the table at the head of decide.ts says of each state and event what decide() does', () => {
  const did: Table = new Map()
  each((slot, event, decided) => {
    const row = did.get(slot.at) ?? new Map<string, Set<string>>()
    const cell = row.get(event.type) ?? new Set<string>()
    did.set(slot.at, row.set(event.type, cell))
    cell.add(outcomeOf(slot, decided, ['save', 'end']))
  })
  assert.equal(rowsOf(readTable(new URL('../../../daemon/lifecycle/decide.ts', import.meta.url))), rowsOf(did))
})

test('decide() saves what a record holds where that changes, before it acts, and an end once', () => {
  const recorded = (slot: Slot) =>
    hasRun(slot) && `${slot.run.number} ${runStateOf(slot)}${slot.at === 'draining' ? ', draining' : ''}`
  each((slot, event, [next, effects]) => {
    const what = `${slot.at} × ${event.type}`
    const acts = done(effects)
    const isChanged = recorded(next) !== false && recorded(next) !== recorded(slot)
    // That it cannot be saved is why it is refused.
    assert.is(acts.includes('save'), isChanged && next.at !== 'refused', what)
    if (acts.includes('save'))
      assert.ok(
        acts.slice(0, acts.indexOf('save')).every(act => ['greet', 'end'].includes(act)),
        what,
      )
    const isEnded = hasRun(slot) && !(hasRun(next) && next.run.number === slot.run.number)
    assert.is(acts.includes('end'), isEnded, what)
  })
})

test('decide() saves the record before it spawns', () => {
  const [next, effects] = decide({ at: 'vacant' }, { type: 'desired' }, world())
  assert.is(next.at, 'spawning')
  assert.equal(done(effects), ['save', 'spawn'])
})

test('decide() retries the first failure at once', () => {
  const [next, effects] = decide(up(), { type: 'exited', end: crash }, world())
  assert.equal(done(effects), ['end', 'save', 'spawn'])
  assert.ok(next.at === 'spawning' && next.run.failures === 1 && next.run.restarts === 1 && next.run.number === 8)
})

test('decide() waits before the second retry', () => {
  const [next] = decide(up({ run: { ...run, failures: 1 } }), { type: 'exited', end: crash }, world())
  assert.ok(next.at === 'backoff' && next.failures === 2 && next.retryAtMs === 100_250)
})

/** One that fails again and again, from its first attempt on. */
function failing(end: End, attempts: number, config: PodConfig = {}) {
  const policy = policyOf(config)
  const steps: { state: PodState; delayMs: number | undefined }[] = []
  let slot: Slot = { at: 'booting', run, sinceMs: 100_000 }
  let nowMs = 100_000
  for (let attempt = 1; attempt <= attempts; attempt++) {
    slot = decide(slot, { type: 'exited', end }, world({ policy, nowMs }))[0]
    const dueMs = timerOf(slot, { policy })
    steps.push({
      state: podState([slot], [], policy),
      delayMs: slot.at === 'failed' ? undefined : (dueMs ?? nowMs) - nowMs,
    })
    if (slot.at === 'failed') break
    nowMs = dueMs ?? nowMs
    if (slot.at === 'backoff') slot = decide(slot, { type: 'timer', lateMs: 0 }, world({ policy, nowMs }))[0]
    slot = decide(slot, { type: 'spawned' }, world({ policy, nowMs }))[0]
  }
  return { slot, steps, states: steps.map(({ state }) => state), delays: steps.map(({ delayMs }) => delayMs) }
}

test('decide() goes on trying, with delays that grow to five minutes; after five attempts the pod is in error', () => {
  const { slot, states, delays } = failing(crash, 14)
  assert.equal(delays.slice(0, 6), [0, 250, 500, 1000, 2000, 4000])
  assert.equal(delays.slice(-3), [256_000, 300_000, 300_000])
  assert.equal([...new Set(states.slice(0, 4))], ['waiting'])
  assert.equal([...new Set(states.slice(4))], ['error'])
  assert.ok(slot.at === 'booting' && slot.run.restarts === 14)
  assert.is(podState([slot], [], policyOf({})), 'error', 'it is in error until an attempt comes up')
  const [there] = decide({ ...slot, at: 'starting', askMs: 0 }, { type: 'ready' }, world())
  assert.is(podState([there], [], policyOf({})), 'up')
})

test('decide() knows during an attempt how the one before it ended', () => {
  const { slot } = failing(crash, 7)
  assert.ok('run' in slot)
  assert.equal(slot.run.after, { number: 8, end: crash })
})

test('decide() gives up after as many attempts as giveUp says', () => {
  const { slot, states } = failing(crash, 10, { giveUp: 'after 7' })
  assert.equal(states, ['waiting', 'waiting', 'waiting', 'waiting', 'error', 'error', 'error'])
  assert.ok(slot.at === 'failed' && slot.failures === 7)
  assert.equal(failing(crash, 10, { giveUp: 'after 2' }).states, ['waiting', 'error'])
})

test('decide() makes no second attempt where none can end otherwise', () => {
  assert.is(failing({ ...crash, reason: 'fault', outlook: 'none' }, 3).slot.at, 'failed')
  // Node does not know a flag, says so, and exits with code 9.
  assert.is(failing({ ...crash, code: 9 }, 3).slot.at, 'failed')
  const [later] = decide(up(), { type: 'exited', end: { ...crash, code: 9 } }, world())
  assert.is(later.at, 'spawning', 'a pod may exit with that code too')
})

test('decide() is in error at once where only somebody else can help, and tries again slowly', () => {
  const { states, delays } = failing({ ...crash, reason: 'fault', outlook: 'slow' }, 6)
  assert.equal([...new Set(states)], ['error'])
  assert.equal(delays, [30_000, 60_000, 120_000, 240_000, 300_000, 300_000])
})

test('decide() takes a pod that is up for some seconds each time for none that crashes in a loop', () => {
  let slot: Slot = up()
  for (let times = 1; times <= 20; times++) {
    slot = decide(slot, { type: 'exited', end: crash }, world({ nowMs: 102_000 }))[0]
    assert.ok(slot.at === 'spawning' && slot.run.failures === 1 && slot.run.restarts === times)
    slot = up({ run: slot.run, sinceMs: 100_000 })
  }
})

test('decide() makes the next attempt at once when it is asked to, and forgives one that is under way', () => {
  const failed: Slot = { at: 'backoff', last: run, failures: 9, retryAtMs: 400_000, end: crash }
  const [again] = decide(failed, { type: 'retry' }, world())
  assert.ok(again.at === 'spawning' && again.run.failures === 0 && again.run.after === undefined)
  const starting: Slot = { at: 'starting', run: { ...run, failures: 9 }, sinceMs: 99_000, askMs: 102_000 }
  const [forgiven, effects] = decide(starting, { type: 'retry' }, world())
  assert.equal([podState([starting], [], policyOf({})), podState([forgiven], [], policyOf({}))], ['error', 'waiting'])
  assert.equal(effects, [])
  assert.is(decide(up(), { type: 'retry' }, world())[0].at, 'up', 'what is up is left alone')
})

test('decide() puts another run in the place of one that is to be replaced, after a stop like any other', () => {
  const [stopping, effects] = decide(up(), { type: 'replace', why: 'stopped' }, world())
  assert.equal(done(effects), ['save', 'cleanup'])
  const [next, after] = decide(stopping, { type: 'exited', end: { ...crash, code: 0 } }, world())
  assert.ok(next.at === 'spawning' && next.run.failures === 0)
  assert.ok(after[0]?.do === 'end' && after[0].end.reason === 'stopped')
  const [unwell] = decide(up(), { type: 'replace', why: 'unhealthy', said: 'no database' }, world())
  const [, told] = decide(unwell, { type: 'exited', end: crash }, world())
  assert.ok(told[0]?.do === 'end' && told[0].end.reason === 'unhealthy' && told[0].end.message === 'no database')
})

test('podState() tells a stop of a pod in error from an attempt that fails', () => {
  const failed = { ...run, failures: 9 }
  const stopping = { at: 'stopping', run: failed, phase: 'kill', askedMs: 0, dueMs: 0, upMs: 0 } as const
  const stateOf = (slot: Slot) => podState([slot], [], policyOf({}))
  assert.is(stateOf({ ...stopping, why: 'start_timeout' }), 'error')
  assert.is(stateOf({ ...stopping, why: 'stopped' }), 'waiting')
  assert.is(stateOf({ ...stopping, why: 'unhealthy', upMs: 3_600_000 }), 'waiting')
})

test('decide() tries for as long as there is no room, tells it after a while, and takes no attempt off for it', () => {
  const noRoom: SlotEvent = { type: 'spawn-failed', message: 'spawn EAGAIN', isForRoom: true }
  let slot: Slot = { at: 'spawning', run: { ...run, failures: 3 } }
  const delaysMs: number[] = []
  const states: string[] = []
  for (let attempt = 1; attempt <= 12; attempt++) {
    slot = decide(slot, noRoom, world())[0]
    states.push(podState([slot], [], policyOf({})))
    if (slot.at !== 'backoff') continue
    delaysMs.push(slot.retryAtMs - 100_000)
    slot = decide(slot, { type: 'timer', lateMs: 0 }, world())[0]
  }
  assert.equal(delaysMs.slice(0, 3).concat(delaysMs.slice(-2)), [250, 500, 1000, 30_000, 30_000])
  assert.equal([states[3], states[4], states[11]], ['waiting', 'error', 'error'])
  assert.ok(slot.at === 'spawning' && slot.run.failures === 3 && slot.run.restarts === 12)
  const [begun] = decide(slot, { type: 'spawned' }, world())
  assert.is(podState([begun], [], policyOf({})), 'waiting')
  const [next] = decide(begun, { type: 'exited', end: crash }, world())
  assert.ok(next.at === 'backoff' && next.failures === 4 && next.waits === undefined, 'it has its last attempt still')
})

test('decide() does not try for room under restart "never"', () => {
  const event: SlotEvent = { type: 'spawn-failed', message: 'spawn EAGAIN', isForRoom: true }
  const [next] = decide({ at: 'spawning', run }, event, world({ policy: policyOf({ restart: 'never' }) }))
  assert.is(next.at, 'failed')
})

test('decide() counts from one again after a run that stayed up for minUptime', () => {
  const [next] = decide(up({ run: { ...run, failures: 4 }, sinceMs: 90_000 }), { type: 'exited', end: crash }, world())
  assert.ok(next.at === 'spawning' && next.run.failures === 1)
})

test('decide() restarts a run that exits with code 0 under restart "always"', () => {
  const [next] = decide(up(), { type: 'exited', end: { ...crash, code: 0 } }, world())
  assert.is(next.at, 'spawning')
})

test('decide() is done with a run that exits with code 0 under "on-failure" and "never"', () => {
  for (const restart of ['on-failure', 'never'] as const) {
    const [next] = decide(
      up(),
      { type: 'exited', end: { ...crash, code: 0 } },
      world({ policy: policyOf({ restart }) }),
    )
    assert.is(next.at, 'done', restart)
  }
})

test('decide() fails a run that crashes under "never", and restarts it under "on-failure"', () => {
  assert.is(
    decide(up(), { type: 'exited', end: crash }, world({ policy: policyOf({ restart: 'never' }) }))[0].at,
    'failed',
  )
  assert.is(
    decide(up(), { type: 'exited', end: crash }, world({ policy: policyOf({ restart: 'on-failure' }) }))[0].at,
    'spawning',
  )
})

test('decide() lets a stop overtake a retry', () => {
  const backoff: Slot = { at: 'backoff', last: run, failures: 2, retryAtMs: 100_250, end: crash }
  assert.is(decide(backoff, { type: 'desired' }, world({ wanted: false }))[0].at, 'vacant')
})

test('decide() asks a run whose default export goes on whether it is up, after readyAfter', () => {
  const starting: Slot = { at: 'starting', run, sinceMs: 97_000, askMs: 100_000 }
  const [asked, effects] = decide(starting, { type: 'timer', lateMs: 0 }, world())
  assert.equal(done(effects), ['check'])
  assert.is(decide(asked, { type: 'check-passed' }, world())[0].at, 'up')
})

test('decide() has a run that is ready asked at once where its host makes a check, and it is up once it has passed', () => {
  const policy = policyOf({ check: { http: '/ready' } })
  const starting: Slot = { at: 'starting', run, sinceMs: 99_000, askMs: 102_000 }
  const [asked, effects] = decide(starting, { type: 'ready' }, world({ policy }))
  assert.equal([asked.at, done(effects)], ['starting', ['check']])
  assert.equal(decide(asked, { type: 'ready' }, world({ policy })), [asked, []], 'however often it says so')
  const [refused] = decide(asked, { type: 'check-failed', said: '/ready: 503' }, world({ policy }))
  assert.is(timerOf(refused, world({ policy })), 103_000)
  assert.is(decide(refused, { type: 'ready' }, world({ policy }))[0], refused)
  assert.is(decide(refused, { type: 'check-passed' }, world({ policy }))[0].at, 'up')
  const [hello, greeted] = decide(starting, { type: 'hello', state: 'up' }, world({ policy }))
  assert.equal([hello.at, done(greeted)], ['starting', ['greet', 'check']])
})

test('decide() kills a run that is not up within startTimeout, and counts it as a failure', () => {
  const starting: Slot = { at: 'starting', run, sinceMs: 70_000, askMs: 101_000 }
  const [stopping, effects] = decide(starting, { type: 'timer', lateMs: 0 }, world())
  assert.equal(done(effects), ['save', 'kill'])
  const [next, after] = decide(stopping, { type: 'exited', end: { ...crash, code: null, signal: 'SIGKILL' } }, world())
  assert.ok(next.at === 'spawning' && next.run.failures === 1)
  assert.ok(after[0]?.do === 'end' && after[0].end.reason === 'start_timeout')
})

test('decide() kills a run that misses two checks in a row', () => {
  const late: [SlotEvent, Partial<World>?][] = [
    [{ type: 'timer', lateMs: 0 }, { nowMs: 109_000 }],
    [{ type: 'timer', lateMs: 0 }, { nowMs: 114_000 }],
    [{ type: 'timer', lateMs: 0 }, { nowMs: 124_000 }],
  ]
  const asked = follow(up(), late)
  assert.ok(asked.at === 'up' && asked.check.missed === 1)
  const [next, effects] = decide(asked, { type: 'timer', lateMs: 0 }, world({ nowMs: 129_000 }))
  assert.ok(next.at === 'stopping' && next.why === 'unhealthy' && next.phase === 'kill')
  assert.equal(done(effects), ['save', 'kill'])
})

test('decide() says of a run that it kills for its health what it found', () => {
  const killed = (slot: Slot, event: SlotEvent, more: Partial<End> = {}) => {
    const [stopping] = decide(slot, event, world({ nowMs: 129_000 }))
    const [, effects] = decide(stopping, { type: 'exited', end: { ...crash, ...more } }, world())
    return effects[0]?.do === 'end' ? effects[0].end.message : undefined
  }
  const asked = up({ check: { at: 'asked', dueMs: 129_000, missed: 1, silentSinceMs: 109_000 } })
  const late: SlotEvent = { type: 'timer', lateMs: 0 }
  assert.is(killed(asked, late), 'the event loop was blocked for 20 s, and check.timeout gives it more time')
  assert.is(killed(asked, late, { isStopped: true }), 'the process was stopped for 20 s')
  assert.is(killed(asked, { type: 'check-failed', said: 'no database' }), 'no database')
  const spinning: Slot = { at: 'starting', run, sinceMs: 99_000, askMs: 129_000, silentSinceMs: 102_000 }
  assert.is(killed(spinning, late), 'the event loop was blocked for 27 s, and startTimeout gives it more time')
  assert.is(killed({ ...spinning, silentSinceMs: 128_900 }, late), undefined, 'it is just being asked')
  const [refusing] = decide({ ...spinning, askMs: 128_900 }, { type: 'check-failed', said: '/ready: 503' }, world())
  assert.is(killed(refusing, late), '/ready: 503')
  assert.is(killed({ ...spinning, at: 'booting' } as Slot, late), undefined)
})

test('decide() counts the silence of a run from the first check that it did not answer', () => {
  const steps: [SlotEvent, Partial<World>?][] = [
    [{ type: 'timer', lateMs: 0 }, { nowMs: 109_000 }],
    [{ type: 'timer', lateMs: 0 }, { nowMs: 114_000 }],
    [{ type: 'timer', lateMs: 0 }, { nowMs: 124_000 }],
  ]
  const slot = follow(up(), steps)
  assert.is(slot.at === 'up' && slot.check.silentSinceMs, 109_000)
  const answered = follow(slot, [[{ type: 'check-failed' }, { nowMs: 125_000 }]])
  assert.is(answered.at, 'stopping', 'two in a row')
})

test('decide() forgets a missed check once one is passed', () => {
  const next = follow(up({ check: { at: 'asked', dueMs: 100_000, missed: 1 } }), [[{ type: 'check-passed' }]])
  assert.ok(next.at === 'up' && next.check.missed === 0)
})

test('decide() blames no run for a time in which the host itself was away', () => {
  const [next, effects] = decide(
    up({ check: { at: 'asked', dueMs: 100_000, missed: 1 } }),
    { type: 'timer', lateMs: 30_000 },
    world(),
  )
  assert.ok(next.at === 'up' && next.check.missed === 1)
  assert.equal(done(effects), ['check'])
})

test('decide() looks at once whether a run that is to finish what it has can, and kills one that answers no check', () => {
  const check = { at: 'resting', dueMs: 109_000, missed: 1, silentSinceMs: 80_000 } as const
  const [draining] = decide(up({ check }), { type: 'leave' }, world())
  assert.is(timerOf(draining, world()), 100_000)
  const [asked, effects] = decide(draining, { type: 'timer', lateMs: 0 }, world())
  assert.equal(done(effects), ['check'])
  assert.is(timerOf(asked, world()), 105_000)
  const [killed, kill] = decide(asked, { type: 'timer', lateMs: 0 }, world({ nowMs: 105_000 }))
  assert.equal([killed.at === 'stopping' && killed.why, done(kill)], ['unhealthy', ['save', 'kill']])
})

test('decide() lets a run that drains go on that answers, whatever it says, until its time is up', () => {
  const [draining] = decide(up(), { type: 'leave' }, world())
  for (const type of ['check-passed', 'check-failed'] as const) {
    const answered = follow(draining, [[{ type: 'timer', lateMs: 0 }], [{ type }]])
    assert.equal(answered.at === 'draining' && [answered.check.at, answered.check.missed], ['resting', 0])
    const [ended] = decide(answered, { type: 'timer', lateMs: 0 }, world({ nowMs: 130_000 }))
    assert.ok(ended.at === 'stopping' && ended.why === 'stopped')
  }
})

test('decide() stops by cleanup, then SIGTERM, then SIGKILL', () => {
  const [cleaning, first] = decide(up(), { type: 'desired' }, world({ wanted: false }))
  const [terming, second] = decide(cleaning, { type: 'cleaned' }, world({ wanted: false }))
  const [killing, third] = decide(terming, { type: 'timer', lateMs: 0 }, world({ wanted: false, nowMs: 110_000 }))
  const [ended] = decide(
    killing,
    { type: 'exited', end: { ...crash, code: null, signal: 'SIGKILL' } },
    world({ wanted: false }),
  )
  assert.equal([done(first), done(second), done(third)], [['save', 'cleanup'], ['term'], ['kill']])
  assert.is(ended.at, 'vacant')
})

test('decide() does not wait for a cleanup that never ends', () => {
  const [cleaning] = decide(up(), { type: 'desired' }, world({ wanted: false }))
  assert.is(timerOf(cleaning, world()), 110_000)
  const [, effects] = decide(cleaning, { type: 'timer', lateMs: 0 }, world({ wanted: false, nowMs: 110_000 }))
  assert.equal(done(effects), ['term'])
})

test('decide() stops a run that was spawned while it was no longer wanted', () => {
  const [next] = decide({ at: 'spawning', run }, { type: 'spawned' }, world({ wanted: false }))
  assert.ok(next.at === 'stopping' && next.why === 'stopped')
})

test('decide() starts afresh when a stopped run is wanted again before it has ended', () => {
  const [stopping] = decide(
    up({ run: { ...run, failures: 3, restarts: 9 } }),
    { type: 'desired' },
    world({ wanted: false }),
  )
  const [next] = decide(stopping, { type: 'exited', end: crash }, world({ spec: 'b' }))
  assert.ok(next.at === 'spawning' && next.run.failures === 0 && next.run.restarts === 0 && next.run.spec === 'b')
})

test.run()
