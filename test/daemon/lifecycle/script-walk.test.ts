// Walks every state that a run of a script can reach in the small world of script-world.ts: keepers that speak late or never,
// a host that dies anywhere, a stop at any moment. Not here: two keepers that have the run at once, which its log forbids them.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scriptTimerOf } from '../../../daemon/lifecycle/script.ts'
import { dial, dies, impatience, keeperSteps, noteEnd, takeOrder } from './script-keepers.ts'
import { answers } from './script-sights.ts'
import { begin, died, ended, firstSaved, happen, type Model, noKeeper, type Step } from './script-world.ts'

/** More turns than anything takes. */
const manyTurns = 60

/** All that may happen next. */
function steps(model: Model): Step[] {
  const all = [
    ...asks(model),
    ...answers(model),
    ...[0, 1].flatMap(index => keeperSteps(model, index)),
    ...timers(model),
    ...limits(model),
    ...(model.process === 'alive' ? [{ name: 'the process ends', next: ended(model) }] : []),
    ...(model.saved ? [{ name: 'the host dies', next: died(model) }] : []),
    ...happen(model, { type: 'not-kept' }, { name: 'a keeper of others dials' }),
  ]
  return all.map(({ name, next }) => ({ name, next: normal(next) }))
}

/** Its turn, a stop, and what becomes of its first save. */
function asks(model: Model): Step[] {
  if (model.saved) {
    return [
      ...(model.state.at === 'queued' ? happen(model, { type: 'turn' }) : []),
      ...(model.state.at === 'over' ? [] : happen(model, { type: 'stop' })),
    ]
  }
  if (model.state.at === 'over') return []
  const isTurn = model.state.at === 'queued'
  return [
    { name: 'first saved', next: firstSaved(model) },
    ...happen(model, { type: 'not-saved', message: 'the disk is full' }),
    ...(isTurn ? happen(model, { type: 'turn' }) : []),
    ...happen(model, { type: 'stop' }),
  ]
}

/** What is seen of its process: it is beyond a limit, and is killed. */
function limits(model: Model): Step[] {
  if (model.process !== 'alive' || !('process' in model.state)) return []
  return happen(model, { type: 'over', said: 'limit' }).map(({ name, next }) => ({ name, next: ended(next) }))
}

/** A timer that is armed may go off at any time. */
function timers(model: Model): Step[] {
  if (scriptTimerOf(model.state) === undefined) return []
  return [
    ...happen(model, { type: 'timer', lateMs: 0 }),
    ...happen(model, { type: 'timer', lateMs: 60_000 }, { name: 'late timer' }),
  ]
}

/** Times have no meaning here, nor has which keeper is which: models that differ in nothing else are one. */
function normal(model: Model): Model {
  const state = { ...model.state }
  if ('dueMs' in state) state.dueMs = 0
  if ('why' in state) state.why = ''
  const keepers = model.keepers.map((keeper, at) =>
    keeper.hasOrder || model.holder === at ? keeper : noKeeper,
  ) as Model['keepers']
  const rank = (at: number) =>
    Number(model.holder === at) * 8 +
    Number(model.waitsFor === at) * 4 +
    Number(keepers[at]?.hasOrder) * 2 +
    Number(keepers[at]?.isLinked)
  const now: Model = { ...model, state, keepers }
  if (rank(0) >= rank(1)) return now
  const other = (at: number | undefined) => (at === undefined ? undefined : 1 - at)
  return { ...now, keepers: [keepers[1], keepers[0]], holder: other(now.holder), waitsFor: other(now.waitsFor) }
}

/** Every model that can be reached, by its text. */
function walk(): Model[] {
  const seen = new Map([[JSON.stringify(begin), begin]])
  for (const model of seen.values()) {
    for (const { next } of steps(model)) {
      const key = JSON.stringify(next)
      if (!seen.has(key)) seen.set(key, next)
    }
    assert.ok(seen.size < 50_000, 'the states are bounded')
  }
  return [...seen.values()]
}

const models = walk()
const saved = models.filter(model => model.saved)

/** Goes on as `choose` says until the run is over. */
function follow(model: Model, choose: (now: Model) => Model | undefined): Model {
  let now = model
  for (let turn = 0; turn < manyTurns && now.state.at !== 'over'; turn++) now = choose(now) ?? now
  return now
}

function first(steps: readonly Step[]): Model | undefined {
  return steps[0]?.next
}

/** The host goes on by itself: what it looks for it sees, and what it waits for does not come. */
function hostGoesOn(now: Model): Model | undefined {
  if (!now.saved) return firstSaved(now)
  if (now.state.at === 'queued') return first(happen(now, { type: 'turn' }))
  return first(answers(now)) ?? first(impatience(now)) ?? first(timers(now))
}

/** Keepers do what they are asked for, dial where they have something to tell, and tell it. */
function keepersAct(now: Model): Model | undefined {
  const index = now.keepers.findIndex(({ hasOrder }) => hasOrder)
  if (index !== -1) return first(takeOrder(now, index))
  const { holder } = now
  if (holder === undefined) return undefined
  if (!now.keepers[holder]?.isLinked) return first(dial(now, holder))
  return now.process === 'gone' ? first(noteEnd(now, holder)) : undefined
}

function withoutKeepers(model: Model): Model {
  return [0, 1].reduce((now, index) => first(dies(now, index)) ?? now, model)
}

/** It obeys nothing but SIGKILL. */
function isKilled({ state, process }: Model): boolean {
  return process === 'alive' && state.at === 'stopping' && state.phase === 'kill'
}

test('decideScript() reaches every state there is, each with all that can be wanted in it', () => {
  const reached = new Set(models.map(({ state }) => `${state.at} ${'want' in state ? state.want : ''}`.trim()))
  const expected = ['asked', 'unheard', 'doubted', 'told', 'vanished', 'judged'].flatMap(at => [
    `${at} run`,
    `${at} end`,
  ])
  assert.equal([...reached].sort(), [...expected, 'queued', 'forbidding', 'up', 'adrift', 'stopping', 'over'].sort())
})

test('decideScript() reaches every end there is', () => {
  const ends = models.flatMap(({ state, saved }) => (state.at === 'over' && saved ? [state.end.reason] : []))
  assert.equal([...new Set(ends)].sort(), ['exited', 'limit', 'lost', 'spawn_failed', 'stopped'])
})

test('decideScript() takes a run for up where its keeper is there, and would tell how it ends', () => {
  for (const { state, holder, keepers } of saved)
    if (state.at === 'up') assert.is(holder !== undefined && keepers[holder]?.isLinked, true)
})

test('decideScript() waits for nothing without end: a timer is armed, an answer is on its way, or a keeper will tell', () => {
  for (const model of saved) {
    const { at } = model.state
    const isArmed = scriptTimerOf(model.state) !== undefined
    const isAnswered = answers(model).length > 0 || model.waitsFor !== undefined
    assert.ok(isArmed || isAnswered || ['queued', 'up', 'over'].includes(at), JSON.stringify(model))
  }
})

test('decideScript() can always end a run that is stopped, though no keeper speaks and it obeys nothing but SIGKILL', () => {
  for (const model of models) {
    if (model.state.at === 'over') continue
    const [asked] = happen(model, { type: 'stop' })
    const over = follow((asked as Step).next, now => (isKilled(now) ? ended(now) : hostGoesOn(now)))
    assert.is(over.state.at, 'over', JSON.stringify(model))
    assert.ok(over.process !== 'alive' || over.isGivenUp, JSON.stringify(model))
  }
})

test('decideScript() loses no run that is stopped while its keeper speaks', () => {
  for (const model of saved) {
    if (model.state.at === 'over' || model.holder === undefined) continue
    const [asked] = happen(model, { type: 'stop' })
    const obey = (now: Model) => (now.process === 'alive' && now.state.at === 'stopping' ? ended(now) : undefined)
    const over = follow((asked as Step).next, now => keepersAct(now) ?? obey(now) ?? hostGoesOn(now))
    assert.ok(over.state.at === 'over' && ['stopped', 'limit'].includes(over.state.end.reason), JSON.stringify(model))
  }
})

test('decideScript() comes to the end of every run that ends by itself, whether its keepers speak or died just now', () => {
  for (const model of models) {
    const end = (now: Model) => (now.process === 'alive' && now.state.at !== 'asked' ? ended(now) : undefined)
    for (const from of [model, withoutKeepers(model)]) {
      const over = follow(from, now => keepersAct(now) ?? end(now) ?? hostGoesOn(now))
      assert.is(over.state.at, 'over', JSON.stringify(from))
    }
  }
})

test('decideScript() ends a run that it gave up, should its keeper speak at last', () => {
  const late = saved.filter(({ state, process, isGivenUp }) => state.at === 'over' && process === 'alive' && isGivenUp)
  assert.ok(late.length > 0)
  for (const model of late) {
    const { holder } = model
    if (holder === undefined) continue
    assert.is(first(dial(model, holder))?.process, 'gone')
  }
})

test.run()
