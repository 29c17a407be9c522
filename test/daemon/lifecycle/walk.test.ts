// Walks every state a slot can reach in the small world of slot-world.ts: what is wanted changes at any moment, a process ends or
// says hello at any moment, saves fail, hosts die. Not tested here: the effects themselves, and real time.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { timerOf } from '../../../daemon/lifecycle/decide.ts'
import { hasRun } from '../../../daemon/lifecycle/public.ts'
import type { Life, Model, Want } from './slot-model.ts'
import {
  begin,
  died,
  exit,
  exitSteps,
  gone,
  happen,
  helloSteps,
  isThere,
  type Step,
  spawnSteps,
  speaks,
  staysUp,
  timerSteps,
  worldOf,
} from './slot-world.ts'

const wants: Want[] = ['none', 'a', 'b']
const wishNames = { none: 'want none', a: 'want a', b: 'want b' }
const processes: Model['process'][] = ['none', 'asked', 'waiting', 'alive', 'gone']

/** All that may happen next. @param exited the exits that were tried: of models that are the same once the process is gone, one has them */
function steps(model: Model, exited: Set<number>): Step[] {
  const { asked, process } = model
  return [
    ...wants.filter(want => want !== model.want).flatMap(want => wish(model, want)),
    ...happen(model, { type: 'retry' }),
    ...happen(model, { type: 'replace', why: 'stopped' }),
    ...happen(model, { type: 'replace', why: 'unhealthy', said: 'no' }, { name: 'replace unhealthy' }),
    ...happen(model, { type: 'over', said: 'too much' }),
    ...(process === 'asked' ? [...spawnSteps(model), { name: 'no spare', next: waiting(model) }] : []),
    ...(process === 'waiting' ? happen(model, { type: 'turn' }) : []),
    ...(model.hasFailed ? saveFailed(model) : []),
    ...(isThere(model) && isNew(keyOf(gone(model)), exited) ? exitSteps(model) : []),
    ...(speaks(model) && model.isLoaded ? happen(model, { type: 'ready' }) : []),
    ...(speaks(model) && model.slot.at === 'draining' ? happen(model, { type: 'drained' }) : []),
    ...(speaks(model) && asked.check ? checked(model) : []),
    ...(speaks(model) && asked.cleanup ? cleaned(model) : []),
    // A host that was replaced hears hello again.
    ...helloSteps(model),
    ...timerSteps(model),
    ...staysUp(model),
    ...died(model),
  ]
}

function isNew(key: number, known: Set<number>): boolean {
  const { size } = known
  return known.add(key).size > size
}

function wish(model: Model, want: Want): Step[] {
  return happen({ ...model, want }, { type: 'desired' }, { name: wishNames[want] })
}

function waiting(model: Model): Model {
  return { ...model, process: 'waiting' }
}

/** A spawn that was not done, since its record was not saved, has no process to come. */
function saveFailed(model: Model): Step[] {
  return happen(model, { type: 'save-failed', message: 'ENOSPC', isForRoom: true })
}

function checked(model: Model): Step[] {
  const answered: Model = { ...model, asked: { ...model.asked, check: false } }
  return [...happen(answered, { type: 'check-passed' }), ...happen(answered, { type: 'check-failed' })]
}

function cleaned(model: Model): Step[] {
  return happen({ ...model, asked: { ...model.asked, cleanup: false } }, { type: 'cleaned' })
}

/** Every model that can be reached. */
function walk(life: Life): Model[] {
  const start = begin(life)
  const seen = new Map([[keyOf(start), start]])
  const exited = new Set<number>()
  for (const model of seen.values()) {
    for (const { next } of steps(model, exited)) {
      const key = keyOf(next)
      if (!seen.has(key)) seen.set(key, next)
    }
    assert.ok(seen.size < 200_000, 'the states are bounded')
  }
  return [...seen.values()]
}

const numbers = new Map<unknown, number>()
const mostNumbers = 2 ** 16

/** A number for each value, and for each object that stands for all that are equal. */
function numberOf(value: unknown): number {
  const known = numbers.get(value)
  if (known !== undefined) return known
  assert.ok(numbers.size < mostNumbers, 'the slots and records are bounded')
  numbers.set(value, numbers.size)
  return numbers.size - 1
}

/** A number that is the model's alone within a life: there are millions of them, and a text takes several times as long. */
function keyOf({ slot, want, saved, process, isLoaded, isKnown, hasLooked, hasFailed, asked }: Model): number {
  const known = Number(isLoaded) | (Number(isKnown) << 1) | (Number(hasLooked) << 2) | (Number(hasFailed) << 3)
  const flags = known | (Number(asked.check) << 4) | (Number(asked.cleanup) << 5) | (Number(asked.kill) << 6)
  const rest = (wants.indexOf(want) * processes.length + processes.indexOf(process)) * 2 ** 7 + flags
  return (rest * mostNumbers + numberOf(slot)) * mostNumbers + numberOf(saved)
}

function first(steps: readonly Step[]): Model | undefined {
  return steps[0]?.next
}

/** What the host and its machine do by themselves; the process says no word. */
function goOn(now: Model): Model | undefined {
  if (now.hasFailed) return first(saveFailed(now))
  if (now.process === 'asked') return first(spawnSteps(now))
  if (now.process === 'waiting') return first(happen(now, { type: 'turn' }))
  return first(timerSteps(now))
}

/** `led`: the keys of models from which it is known to lead there. */
type Way = { choose: (now: Model) => Model | undefined; isDone: (now: Model) => boolean; led: Set<number> }

/** @returns where it ends, if it does not lead there */
function stuck(model: Model, { choose, isDone, led }: Way): Model | undefined {
  const passed: number[] = []
  let now = model
  for (let turn = 0; turn < 40; turn++) {
    const key = keyOf(now)
    if (isDone(now) || led.has(key)) {
      for (const one of passed) led.add(one)
      return undefined
    }
    passed.push(key)
    now = choose(now) ?? now
  }
  return now
}

const lives: Life[] = [
  { restart: 'always', isPatient: true },
  { restart: 'always', isPatient: false },
  { restart: 'on-failure', isPatient: true, drains: true },
  { restart: 'never', isPatient: true, isChecked: true },
]

for (const life of lives) {
  const models = walk(life)
  const { restart, isPatient, drains } = life
  const named = `restart: ${restart}${isPatient ? '' : ', gives up'}${drains ? ', drains' : ''}`

  test(`decide() reaches every state there is (${named})`, () => {
    const reached = new Set(models.map(({ slot }) => slot.at))
    const withRun = ['spawning', 'awaited', 'booting', 'starting', 'up', 'stopping', 'refused']
    // Where one is never tried again a host that reads the end of a run that was lost still does.
    const expected = [
      ...['vacant', ...withRun, 'failed', 'backoff'],
      ...(restart === 'always' ? [] : ['done']),
      ...(drains ? ['draining'] : []),
    ]
    assert.equal([...reached].sort(), expected.sort())
  })

  test(`decide() gives up for no other reason than that it is to, or that no attempt can help (${named})`, () => {
    for (const { slot } of models) {
      if (slot.at !== 'failed' || slot.end.outlook === 'none' || restart === 'never') continue
      assert.not(isPatient, JSON.stringify(slot))
      assert.ok(slot.failures >= 2)
    }
  })

  test(`decide() agrees with the world on whether there is a process (${named})`, () => {
    for (const { slot, process, isKnown, hasFailed } of models) {
      if (slot.at === 'spawning') assert.ok(process === 'asked' || process === 'waiting' || hasFailed)
      else if (slot.at === 'awaited') assert.not(isKnown)
      else if (isKnown) assert.ok(hasRun(slot) && (process === 'alive' || process === 'gone'))
      else assert.ok(!hasRun(slot) || process === 'none', `${slot.at} with process ${process}`)
    }
  })

  test(`decide() leaves no run alone that nobody wants, once it has looked (${named})`, () => {
    for (const { slot, want, hasLooked } of models) {
      if (!hasLooked) continue
      if (slot.at === 'booting' || slot.at === 'starting' || slot.at === 'up') assert.is(slot.run.spec, want)
      if (slot.at === 'backoff' || slot.at === 'failed' || slot.at === 'done') assert.is(slot.last.spec, want)
    }
  })

  test(`decide() can always end a pod that is not wanted, though it obeys nothing but SIGKILL (${named})`, () => {
    const obey = (now: Model) => (now.asked.kill || !isThere(now) ? found(now) : undefined)
    const choose = (now: Model) => obey(now) ?? goOn(now)
    const way: Way = { choose, isDone: ({ slot }) => slot.at === 'vacant', led: new Set() }
    for (const model of models) {
      const from = first(wish(model, 'none')) ?? model
      if (stuck(from, way)) fails(model)
    }
  })

  test(`decide() leaves no slot forgotten: something is under way, armed, or told (${named})`, () => {
    for (const model of models) {
      const { slot, process, hasFailed } = model
      const isArmed = timerOf(slot, worldOf(model)) !== undefined
      const isUnderWay = process === 'asked' || process === 'waiting' || hasFailed || isThere(model)
      const isTold = slot.at === 'failed' || slot.at === 'done' || slot.at === 'vacant'
      if (!isArmed && !isUnderWay && !isTold) fails(model)
    }
  })

  test(`decide() begins anew from every state when another spec is wanted (${named})`, () => {
    for (const model of models) {
      if (hasRun(model.slot) || model.want === 'b') continue
      const { slot } = first(wish(model, 'b')) ?? model
      assert.ok(slot.at === 'spawning' && slot.run.failures === 0 && slot.run.restarts === 0)
    }
  })

  test(`decide() brings up what is wanted from every state, whatever host died (${named})`, () => {
    const speak = (now: Model) => (isThere(now) || now.slot.at === 'awaited' ? first(helloOf(now)) : undefined)
    const obey = (now: Model) => (now.slot.at === 'stopping' || now.slot.at === 'refused' ? found(now) : undefined)
    const pass = (now: Model) => {
      const { slot, asked } = now
      if (slot.at !== 'starting' || !slot.isReady) return undefined
      return first(asked.check ? checked(now) : happen(now, { type: 'timer', lateMs: 0 }))
    }
    const choose = (now: Model) => obey(now) ?? pass(now) ?? speak(now) ?? goOn(now)
    const way: Way = { choose, isDone: isSettled, led: new Set() }
    for (const model of models) {
      if (model.want === 'none') continue
      const from = first(happen(model, { type: 'desired' })) ?? model
      if (stuck(from, way)) fails(model)
    }
  })
}

/** The text is made only then: it takes longer than what is asked of each model. */
function fails(model: Model): void {
  assert.unreachable(JSON.stringify(model))
}

/** A process that is gone is found to be so. */
function found(now: Model): Model | undefined {
  if (!hasRun(now.slot) || now.slot.at === 'spawning' || now.slot.at === 'awaited' || now.hasFailed) return undefined
  return first(exit(now))
}

/** It says how far it is, and then that it is up; or that it has finished what it had. */
function helloOf(now: Model): Step[] {
  if (now.slot.at === 'draining') return happen(now, { type: 'drained' })
  if (now.process === 'alive' && !now.isLoaded) return helloSteps(now)
  return now.slot.at === 'starting' ? happen(now, { type: 'ready' }) : []
}

function isSettled({ slot }: Model): boolean {
  return slot.at === 'up' || slot.at === 'failed' || slot.at === 'done'
}

test.run()
