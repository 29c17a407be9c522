// What keepers do in the world of script-world.ts: at any time, late, or never.
import * as assert from 'uvu/assert'
import {
  ended,
  happen,
  type KeeperModel,
  type Model,
  noKeeper,
  note,
  pid,
  type Step,
  withKeeper,
} from './script-world.ts'

/** The host's patience with the keeper that it has asked to begin the run. */
export function impatience(model: Model): Step[] {
  return model.waitsFor === undefined
    ? []
    : happen({ ...model, waitsFor: undefined }, { type: 'unanswered', why: 'timeout' })
}

/** What a keeper does, or what becomes of it. */
export function keeperSteps(model: Model, index: number): Step[] {
  const { isLinked, hasOrder } = model.keepers[index] as KeeperModel
  const isHolder = model.holder === index
  if (!hasOrder && !isHolder) return []
  return [
    ...(model.waitsFor === index ? impatience(model) : []),
    ...(hasOrder ? takeOrder(model, index) : []),
    ...(hasOrder && model.waitsFor === index ? neverSent(model, index) : []),
    ...(isHolder && model.process === 'gone' ? noteEnd(model, index) : []),
    ...(isLinked ? unlink(model, index, { isDead: false }) : dial(model, index)),
    ...dies(model, index),
  ]
}

/** It makes the log and begins the script, or finds the log there. */
export function takeOrder(model: Model, index: number): Step[] {
  const isAwaited = model.waitsFor === index
  const taken: Model = { ...withKeeper(model, index, { hasOrder: false }), ...(isAwaited && { waitsFor: undefined }) }
  const isLinked = taken.keepers[index]?.isLinked === true
  if (model.log !== 'absent') {
    if (isAwaited) return happen(taken, { type: 'unanswered', why: 'it was begun already' })
    return [{ name: 'an order comes late', next: taken }]
  }
  assert.is(model.process, 'none', 'a script is begun once')
  const failed: Model = { ...taken, log: 'kept' }
  const begun: Model = { ...failed, process: 'alive', holder: index }
  if (isAwaited) {
    return [
      ...happen(heard(begun), { type: 'begun', pid }),
      ...happen(failed, { type: 'refused', message: 'ENOENT' }, { name: 'spawn failed' }),
    ]
  }
  return [
    ...(isLinked ? tellKept(begun) : [{ name: 'begun unheard', next: begun }]),
    { name: 'spawn failed unheard', next: failed },
  ]
}

/** The order could not be made, such as where the run's folder is gone. */
function neverSent(model: Model, index: number): Step[] {
  const next = { ...withKeeper(model, index, { hasOrder: false }), waitsFor: undefined }
  return happen(next, { type: 'refused', message: 'its folder is not there' })
}

/** It notes how its script ended, unless the disk is full, and tells a host that is there. */
export function noteEnd(model: Model, index: number): Step[] {
  const over: Model = { ...model, holder: undefined }
  const tell = (next: Model, name: string) =>
    next.keepers[index]?.isLinked ? happen(next, { type: 'ended', note }, { name }) : [{ name, next }]
  return [...tell({ ...over, hasNote: true }, 'noted'), ...tell(over, 'not noted')]
}

export function dial(model: Model, index: number): Step[] {
  const linked = withKeeper(model, index, { isLinked: true })
  return model.holder === index ? tellKept(linked) : happen(linked, { type: 'not-kept' })
}

/** Its connection closes; it may be dead. Whoever waits for its answer hears of that first. */
function unlink(model: Model, index: number, { isDead }: { isDead: boolean }): Step[] {
  const name = isDead ? 'a keeper dies' : 'a keeper is unlinked'
  const { isLinked } = model.keepers[index] as KeeperModel
  const gone: Model = {
    ...withKeeper(model, index, isDead ? noKeeper : { isLinked: false }),
    ...(isDead && model.holder === index && { holder: undefined }),
    ...(model.waitsFor === index && { waitsFor: undefined }),
  }
  const answered: Step[] =
    model.waitsFor === index
      ? happen(gone, { type: 'unanswered', why: 'pod_not_up' }, { name })
      : [{ name, next: gone }]
  return isLinked ? answered.flatMap(({ next }) => happen(next, { type: 'unlinked' }, { name })) : answered
}

export function dies(model: Model, index: number): Step[] {
  return unlink(model, index, { isDead: true })
}

/** A host that has given the run up ends it. */
function tellKept(model: Model): Step[] {
  if (model.isGivenUp) return [{ name: 'ended, being given up', next: { ...ended(model), isGivenUp: false } }]
  return happen(heard(model), { type: 'kept', pid })
}

function heard(model: Model): Model {
  return model.state.at === 'over' || model.state.at === 'queued' ? model : { ...model, isHeard: true }
}
