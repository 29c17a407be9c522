// The slots of a pod that an earlier host left, from the records of its runs, as pure functions. Start and recovery are
// one path: the result is what the earlier host had in memory, as far as it still holds. Deadlines from before do not
// count: silence is not death.
import { afterEnd } from './settle.ts'
import type { End, RunRef, Slot, StopReason, World } from './slot.ts'
import { rest, waitsOf } from './steps.ts'

/**
 * What a record says about a run. `upForMs`: for how long it has been up, or was up, if it ever was. `retryInMs`: how
 * long the next attempt still has to wait, if it had to. `isKept`: it has no link, so that it
 * says no hello. `isGone`: no process of it lives; the end of one that is not the newest
 * in its slot could not be saved.
 */
export type Recorded = {
  run: RunRef
  slot: number
  isSameBoot: boolean
  upForMs: number
} & (
  | {
      state: 'spawning' | 'starting' | 'up' | 'stopping'
      hasProcess: boolean
      isKept?: boolean
      isGone?: boolean
      why?: StopReason
      over?: string
      isDraining?: boolean
    }
  | { state: 'ended' | 'lost'; end: End | undefined; retryInMs?: number }
)

/**
 * The verdict on a record: its run is `adopted` into its slot, or beside it, where two were: as the one that was `coming`,
 * or `leaving`; its end `counts` in the slot; it is `lost`, because the machine was rebooted; it is `stale`, because saves
 * that failed left it beside newer ones; or it belongs to the `past`.
 */
export type Verdict = 'adopted' | 'coming' | 'leaving' | 'counts' | 'lost' | 'stale' | 'past'

/**
 * Judges the records of a pod, newest first: in each slot the newest one counts, and what lives beside it. A reload may have
 * failed since, or a run may be replaced for another reason, or nobody can read yet what is wanted.
 * @param options.isReloading whether one is under way: then the end of what was there before is still to be heard of
 * @param options.spec the wanted one: what a reload that failed has left says nothing of the run that it was to replace
 */
export function verdictsOn(records: readonly Recorded[], { isReloading = false, spec }: Wanted = {}): Verdict[] {
  const verdicts = new Map<Recorded, Verdict>()
  for (const inSlot of Map.groupBy(records, ({ slot }) => slot).values()) {
    const lanes = lanesOf(inSlot, { isReloading, spec })
    const hasMain = [...lanes.values()].includes('adopted')
    const counting = hasMain ? undefined : countingIn(inSlot, spec)
    for (const record of inSlot) verdicts.set(record, lanes.get(record) ?? verdictOn(record, record === counting))
  }
  return records.map(record => verdicts.get(record) as Verdict)
}

type Wanted = { isReloading?: boolean; spec?: string | undefined }

/** The newest that was begun with what is wanted, else the newest; all of them are over, and newer than any that is not. */
function countingIn(inSlot: readonly Recorded[], spec: string | undefined): Recorded | undefined {
  const alive = inSlot.findIndex(record => !isOver(record))
  const ends = alive < 0 ? inSlot : inSlot.slice(0, alive)
  return ends.find(({ run }) => run.spec === spec) ?? ends[0]
}

function verdictOn(record: Recorded, doesCount: boolean): Verdict {
  if (isOver(record)) return doesCount ? 'counts' : 'past'
  return record.isSameBoot ? 'stale' : 'lost'
}

/**
 * The newer of two that are alive comes, unless it was up: then the older one leaves. If a run beside the one that is alive
 * is over, that had left if it was stopping; any other was never left.
 * @param inSlot newest first
 */
function lanesOf(inSlot: readonly Recorded[], { isReloading, spec }: Wanted): Map<Recorded, Verdict> {
  const [newer, older] = inSlot.filter((record, at) => {
    if (isOver(record) || !record.isSameBoot) return false
    // One that rests finishes what it has, and ends; another may have come in its place meanwhile.
    if (at === 0 || isReloading || record.state === 'stopping' || !record.isGone) return true
    // What came beside it in a reload that failed never had its place, and its end is still to be heard of.
    return record.run.spec === spec && inSlot.slice(0, at).every(other => isOver(other) && other.run.spec !== spec)
  })
  if (!newer) return new Map()
  const isEndNewer = newer !== inSlot[0]
  if (!older) return new Map([[newer, isEndNewer && newer.state === 'stopping' ? 'leaving' : 'adopted']])
  const hasLeft = newer.state === 'up' || older.state === 'stopping'
  return new Map([
    [newer, hasLeft ? 'adopted' : 'coming'],
    [older, hasLeft ? 'leaving' : 'adopted'],
  ])
}

/**
 * The slot of a run that is `adopted`, in its slot or beside it, or whose end `counts`. Nothing begins yet; everything that
 * is due is due at once.
 */
export function restored(record: Recorded, world: World): Slot {
  return isOver(record) ? afterwards(record, world) : adopted(record, world)
}

/** Of one that was up, nobody may have noted that it leaves. */
export function restoredLeaving(record: Recorded, world: World): Slot {
  const slot = restored(record, world)
  return slot.at === 'up' ? draining(slot, record, world) : slot
}

function draining({ run, sinceMs }: { run: RunRef; sinceMs: number }, record: Recorded, world: World): Slot {
  const { policy, over } = world
  const dueMs = askedBy(record, world) + policy.drainTimeoutMs
  return { at: 'draining', run, sinceMs, dueMs, check: rest(world), ...(over !== undefined && { over }) }
}

/** What the earlier host was about to ask it, it may never have heard: it is asked when it says hello, and has its time from then. */
function askedBy(record: Recorded, { nowMs, adoptMs }: World): number {
  return 'isKept' in record && record.isKept ? nowMs : nowMs + adoptMs
}

type Over = Extract<Recorded, { end: unknown }>

function isOver(record: Recorded): record is Over {
  return record.state === 'ended' || record.state === 'lost'
}

function adopted(record: Exclude<Recorded, Over>, world: World): Slot {
  const { run, upForMs, why = 'stopped' } = record
  const { nowMs, policy, adoptMs } = world
  if (!record.hasProcess) return { at: 'awaited', run, dueMs: nowMs + adoptMs }
  if (record.state === 'up') return { at: 'up', run, sinceMs: nowMs - upForMs, check: rest(world) }
  if (record.state !== 'stopping') return { at: 'starting', run, sinceMs: nowMs, askMs: nowMs + policy.readyAfterMs }
  if (record.isDraining) return draining({ run, sinceMs: nowMs - upForMs }, record, { ...world, over: record.over })
  const found = record.over === undefined ? {} : { found: { said: record.over } }
  const stopping = { at: 'stopping', run, why, askedMs: nowMs, upMs: upForMs, ...found } as const
  // If no person stopped it, it was being killed.
  if (why !== 'stopped') return { ...stopping, phase: 'kill', dueMs: nowMs }
  return { ...stopping, phase: 'cleanup', dueMs: askedBy(record, world) + policy.stopTimeoutMs }
}

function afterwards({ run, end, upForMs, isSameBoot, retryInMs }: Over, world: World): Slot {
  const isCounted = world.wanted && end && (end.reason !== 'lost' || isSameBoot)
  if (!isCounted) return { at: 'vacant' }
  const [next] = afterEnd(run, { end, upMs: upForMs }, world)
  if (next.at === 'backoff') {
    // What stood in its way may be gone since the machine went down. And no clock that was set back makes it wait longer.
    const waitMs = isSameBoot ? (retryInMs ?? Number.POSITIVE_INFINITY) : 0
    return { ...next, retryAtMs: Math.min(next.retryAtMs, world.nowMs + waitMs) }
  }
  if (next.at !== 'spawning') return next
  // A start was due: it is made when the slots are looked at, and its counts are kept.
  const { failures, restarts } = next.run
  if (restarts === 0) return { at: 'vacant' }
  return { at: 'backoff', last: run, failures, ...waitsOf(next.run), retryAtMs: world.nowMs, end }
}
