// Takes over the slots of a service that an earlier host left: reads the records, and does what the lifecycle decides.
import { runId } from '../../protocol/names.ts'
import { type Recorded, restored, restoredLeaving, type Verdict, verdictsOn } from '../lifecycle/restored.ts'
import type { Lane } from '../lifecycle/seat.ts'
import type { End, RunRef } from '../lifecycle/slot.ts'
import { type RunRecord, writeRecord } from '../store/run-record.ts'
import { readStateFolder } from '../store/state-file.ts'
import { timeText } from '../system/clock.ts'
import { runPaths } from '../system/paths.ts'
import type { Seams } from '../system/seams.ts'
import { foldLeftovers } from './raw-output.ts'
import type { Slots } from './slots.ts'

export type Numbered = { number: number; record: RunRecord }

/** A pod, and where its slots are. */
export type SlotsOf = { name: string; slots: Slots }

/** Puts each slot into the state that its newest record shows. Nothing begins yet. @param records newest first */
export async function recoverSlots(
  { name, slots }: SlotsOf,
  seams: Seams,
  records: readonly Numbered[],
): Promise<void> {
  const recorded = await allRecorded(records, seams)
  for (const [at, verdict] of verdictsOn(recorded, slots).entries()) {
    const entry = records[at] as Numbered
    await take[verdict]({ name, slots }, seams, { ...entry, recorded: recorded[at] as Recorded })
  }
  await foldOrphans({ name, slots }, seams)
}

/**
 * Puts the ends of runs into the slots of a pod whose files can be read only now: before, it was not known what should
 * follow from these ends.
 * @param records newest first
 */
export async function recoverEnds({ slots }: SlotsOf, seams: Seams, records: readonly Numbered[]): Promise<void> {
  const recorded = await allRecorded(records, seams)
  for (const [at, verdict] of verdictsOn(recorded, slots).entries()) {
    const record = recorded[at] as Recorded
    if (verdict === 'counts' && !slots.all.has(record.slot)) restoreEnd(slots, record)
  }
}

type Entry = Numbered & { recorded: Recorded }

const take: Record<Verdict, (pod: SlotsOf, seams: Seams, entry: Entry) => Promise<void> | void> = {
  adopted: (pod, seams, entry) => adopt(pod, seams, entry, 'main'),
  coming: (pod, seams, entry) => adopt(pod, seams, entry, 'coming'),
  leaving: (pod, seams, entry) => adopt(pod, seams, entry, 'leaving'),
  counts: ({ slots }, _, { recorded }) => restoreEnd(slots, recorded),
  lost: (pod, seams, entry) => closeRecord(pod, seams, { ...entry, why: 'the machine went down' }),
  stale: endStale,
  past: () => {},
}

function adopt({ name, slots }: SlotsOf, { log }: Seams, { record, recorded }: Entry, lane: Lane): void {
  const { slot: number, run } = recorded
  const restore = lane === 'leaving' ? restoredLeaving : restored
  slots.restore(number, restore(recorded, slots.leftWorldOf(number)), { lane, left: { ref: run, record } })
  const { pid } = record
  const facts = { pod: name, run: record.id, ...(pid !== undefined && { pid }) }
  log.info('adopt', `adopting a run that was ${record.state}`, facts)
}

function restoreEnd(slots: Slots, recorded: Recorded): void {
  slots.restore(recorded.slot, restored(recorded, slots.leftWorldOf(recorded.slot)))
}

/** A crash between two saves left this record: its process is ended, if it still is the same process. */
async function endStale(pod: SlotsOf, seams: Seams, entry: Entry): Promise<void> {
  const { pid, startTime } = entry.record
  if (pid !== undefined && startTime !== undefined) await seams.processes.sweepGroup({ pid, startTime })
  await closeRecord(pod, seams, { ...entry, why: 'newer runs have its slot' })
}

async function closeRecord(
  { name }: SlotsOf,
  { paths, log, clock }: Seams,
  { number, record, why }: Numbered & { why: string },
): Promise<void> {
  const end = { code: null, signal: null, reason: 'lost', message: why } as const
  const pod = paths.pod(name)
  log.warn('adopt', `run lost: ${why}`, { pod: name, run: runId(name, number) })
  try {
    await foldLeftovers(runPaths(pod, number))
    await writeRecord(pod, number, { ...record, state: 'lost', endedAt: timeText(clock), end })
  } catch (error) {
    log.error('files', 'The record of a lost run could not be saved', { pod: name, err: error })
  }
}

/** What {@link foldLeftovers} removes; it may have been interrupted after any of them. */
const leftover = /^(\d+)\.(?:stdout|stderr)\.(?:raw(?:\.at)?|pipe)$/

/** Folds raw output of runs that are over, which the host that ended them did not come to fold. */
async function foldOrphans({ name, slots }: SlotsOf, { paths, log }: Seams): Promise<void> {
  const pod = paths.pod(name)
  const files = await readStateFolder(pod.logs).catch(error => {
    log.error('files', error.message, { pod: name, ...error.facts })
    return []
  })
  const numbers = files.map(file => Number(leftover.exec(file)?.[1] ?? Number.NaN))
  const orphans = [...new Set(numbers)].filter(number => !Number.isNaN(number) && !slots.runs.has(number))
  for (const number of orphans) {
    try {
      await foldLeftovers(runPaths(pod, number))
    } catch (error) {
      log.error('files', 'Raw output could not be moved into the log', { pod: name, err: error })
    }
  }
}

/** What records say, in the words of the lifecycle. */
async function allRecorded(records: readonly Numbered[], seams: Seams): Promise<Recorded[]> {
  const slots = new Set<number>()
  return await Promise.all(
    records.map(async entry => {
      const recorded = recordedOf(entry, seams)
      const isNewest = !slots.has(recorded.slot)
      slots.add(recorded.slot)
      // How the newest one has ended is heard of as that of any other.
      if (isNewest || isOver(recorded.state)) return recorded
      return { ...recorded, isGone: await isGone(entry.record, seams) }
    }),
  )
}

/** Of a process that cannot be seen now nothing is known. */
async function isGone({ pid, startTime }: RunRecord, { processes }: Seams): Promise<boolean> {
  if (pid === undefined || startTime === undefined) return true
  const now = await processes.identify(pid).catch(() => ({ startTime }))
  return now?.startTime !== startTime
}

function recordedOf({ number, record }: Numbered, { clock, boot }: Seams): Recorded {
  const { state, upAt, endedAt, startedAt, why, over, isDraining, end, retryAt } = record
  const of = { run: refOf(number, record), slot: record.slot, isSameBoot: record.boot === boot }
  const untilMs = isOver(state) ? Date.parse(endedAt ?? startedAt) : clock.wallMs()
  const upForMs = upAt === undefined ? 0 : Math.max(0, untilMs - Date.parse(upAt))
  if (isOver(state)) {
    const retry = retryAt === undefined ? {} : { retryInMs: Math.max(0, Date.parse(retryAt) - clock.wallMs()) }
    return { ...of, upForMs, state, end: end && endOf(end), ...retry }
  }
  const hasProcess = record.pid !== undefined && record.startTime !== undefined
  // The record of a service never says "queued".
  return {
    ...of,
    upForMs,
    state: state === 'queued' ? 'spawning' : state,
    hasProcess,
    ...(record.keeper && { isKept: true }),
    ...(why && { why }),
    ...(over !== undefined && { over }),
    ...(isDraining && { isDraining }),
  }
}

function refOf(number: number, { spec, failures, waits, restarts, after }: RunRecord): RunRef {
  return {
    number,
    spec,
    failures,
    ...(waits !== undefined && { waits }),
    restarts,
    ...(after && { after: { number: after.number, end: endOf(after.end) } }),
  }
}

function endOf({ code, signal, reason, message, outlook, isUnseen }: NonNullable<RunRecord['end']>): End {
  return {
    code,
    signal,
    reason,
    ...(message !== undefined && { message }),
    ...(outlook && { outlook }),
    ...(isUnseen && { isUnseen }),
  }
}

function isOver(state: RunRecord['state']): state is 'ended' | 'lost' {
  return state === 'ended' || state === 'lost'
}
