// The state of the small world around a slot, and which states are the same. What happens in it: slot-world.ts.
import type { End, RunRef, Slot } from '../../../daemon/lifecycle/slot.ts'

export type Restart = 'always' | 'on-failure' | 'never'
/** Its policy. `isPatient`: it never gives up. `drains`: what is up finishes what it has before it ends. */
export type Life = { restart: Restart; isPatient: boolean; drains?: true; isChecked?: true }
export type Want = 'none' | 'a' | 'b'

/** What is on the disk of the newest run. */
export type Saved = { run: RunRef } & (
  | {
      state: 'spawning' | 'starting' | 'up' | 'stopping'
      hasProcess: boolean
      why?: 'stopped' | 'unhealthy' | 'start_timeout' | 'limit'
    }
  | { state: 'ended' | 'lost'; end: End }
)

export type Model = {
  life: Life
  slot: Slot
  want: Want
  saved: Saved | undefined
  /** How far it is with a process: asked for, waiting for its turn, alive until its exit was told, or gone before any host saw it. */
  process: 'none' | 'asked' | 'waiting' | 'alive' | 'gone'
  /** Whether it has the pod's code. */
  isLoaded: boolean
  /** Whether this host knows which process it is. */
  isKnown: boolean
  /** Whether this host has looked at what is wanted. */
  hasLooked: boolean
  /** A save has failed, which the lifecycle is yet to hear of. */
  hasFailed: boolean
  /** What was asked of the process. */
  asked: { check: boolean; cleanup: boolean; kill: boolean }
}

/** A run that was up for so long has its failures forgotten. */
export const longMs = 20_000

/**
 * Counters that only grow are cut off, times have no meaning but whether a run was up for long, nor has which spec is which.
 * What is equal in slots and records is the same object then, so that models are compared by it.
 */
export function normal(model: Model): Model {
  const { slot, saved } = model
  const last = 'run' in slot ? slot.run : 'last' in slot ? slot.last : saved?.run
  const specs = last?.spec === 'b' ? swapped : asTheyAre
  return {
    ...model,
    slot: specs.slots.of(slot),
    want: specs.rename(model.want),
    saved: saved && specs.records.of(saved),
  }
}

/** The one object that stands for all that are equal, by what was made of each. */
class Alike<T extends object> {
  #plain: (one: T) => T
  #known = new Map<T, T>()

  constructor(plain: (one: T) => T) {
    this.#plain = plain
  }

  of(one: T): T {
    const known = this.#known.get(one)
    if (known) return known
    const made = this.#plain(one)
    const text = JSON.stringify(made)
    const first = (firsts.get(text) ?? made) as T
    firsts.set(text, first)
    this.#known.set(one, first)
    return first
  }
}

const firsts = new Map<string, object>()

type Rename = (spec: Want) => Want

function plainWith(rename: Rename) {
  return {
    rename,
    slots: new Alike<Slot>(slot => plainSlot(slot, rename)),
    records: new Alike<Saved>(saved => ({ ...saved, ...asUnhealthy(saved), run: counted(saved.run, rename) })),
  }
}

/** What follows one that is ended for a limit is what follows one that is not well. */
function asUnhealthy(saved: Saved): { why?: 'unhealthy' } {
  return 'why' in saved && saved.why === 'limit' ? { why: 'unhealthy' } : {}
}

const asTheyAre = plainWith(spec => spec)
const swapped = plainWith(spec => (spec === 'a' ? 'b' : spec === 'b' ? 'a' : spec))

function plainSlot(of: Slot, rename: Rename): Slot {
  const slot = { ...of }
  for (const key of ['dueMs', 'askMs', 'retryAtMs', 'askedMs'] as const)
    if (key in slot) Object.assign(slot, { [key]: 0 })
  if ('sinceMs' in slot) slot.sinceMs = slot.at === 'up' && slot.sinceMs <= -longMs ? -longMs : 0
  if (slot.at === 'up' || slot.at === 'draining') {
    const { at, missed } = slot.check
    slot.check = { at, missed, dueMs: 0 }
  }
  if ('silentSinceMs' in slot) delete slot.silentSinceMs
  if (slot.at === 'draining') delete slot.over
  if (slot.at === 'stopping') {
    delete slot.found
    if (slot.why === 'limit') slot.why = 'unhealthy'
    slot.upMs = slot.upMs >= longMs ? longMs : 0
  }
  if ('run' in slot) slot.run = counted(slot.run, rename)
  if ('last' in slot) slot.last = counted(slot.last, rename)
  if (slot.at === 'backoff' && slot.waits !== undefined) slot.waits = Math.min(slot.waits, 2)
  if ('failures' in slot) slot.failures = Math.min(slot.failures, mostFailures)
  return slot
}

function counted(run: RunRef, rename: Rename): RunRef {
  return { ...fewer(run), spec: rename(run.spec as Want) }
}

/** More than these change nothing that follows. */
const mostFailures = 2

/** Of the attempt before nothing follows. */
function fewer({ spec, failures, waits, restarts }: RunRef): RunRef {
  const fewer = { number: 1, spec, failures: Math.min(failures, mostFailures), restarts: Math.min(restarts, 1) }
  return waits === undefined ? fewer : { ...fewer, waits: Math.min(waits, 2) }
}
