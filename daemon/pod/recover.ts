// Rebuilds a pod's slots from the records an earlier host left. Start and recovery are one path: what comes out is
// what the earlier host had in memory, as far as it still is so.

import { policyOf } from '../../protocol/config.ts'
import { runId } from '../../protocol/names.ts'
import { afterEnd, nextCheckMs } from '../lifecycle/decide.ts'
import type { RunRef, Slot, World } from '../lifecycle/slot.ts'
import { type RunRecord, readRecords, writeRecord } from '../store/run-record.ts'
import { isPassing, readStateFolder } from '../store/state-file.ts'
import { timeText } from '../system/clock.ts'
import { runPaths } from '../system/paths.ts'
import type { Seams } from '../system/seams.ts'
import { type LiveRun, liveRunOf } from './live-run.ts'
import { foldLeftovers } from './raw-output.ts'
import type { PodSupervisor } from './supervisor.ts'

/**
 * Reads the records of a pod and puts each slot where its newest one says it was.
 * @throws {P8aError} `state_broken` where the system does not let one be read: nobody knows what runs then
 */
export async function recoverPod(pod: PodSupervisor, seams: Seams): Promise<void> {
  const paths = seams.paths.pod(pod.name)
  const all = await readRecords(pod.name, paths, error => {
    if (isPassing(error)) throw error
    seams.log.error('adopt', error.message, { pod: pod.name, ...error.facts })
  })
  const records = all.filter(({ record }) => !record.script)
  pod.scripts.recover(all.filter(({ record }) => record.script))
  const taken = new Set<number>()
  for (const { number, record } of records) {
    if (!isOver(record) && record.boot !== seams.boot) {
      await closeRecord(seams, pod.name, { number, record }, 'the machine went down')
    } else if (taken.has(record.slot)) {
      if (!isOver(record)) await endStale(seams, pod.name, { number, record })
    } else if (isOver(record)) {
      restoreEnded(pod, seams, { number, record })
    } else {
      const live = liveRunOf(number, record)
      pod.restore(record.slot, slotOf(live, record, seams, worldOf(pod, seams, record.slot)), live)
      seams.log.info('adopt', `adopting a run that was ${record.state}`, {
        pod: pod.name,
        run: record.id,
        ...(live.identity && { pid: live.identity.pid }),
      })
    }
    taken.add(record.slot)
  }
  await foldOrphans(pod, seams)
}

/**
 * What the runs that are over have left in the slots of a pod whose files can be read only now: before, it was not known
 * what was to follow from their ends.
 */
export async function recoverEnded(pod: PodSupervisor, seams: Seams): Promise<void> {
  // What is broken was told of when the pod was loaded.
  const records = await readRecords(pod.name, seams.paths.pod(pod.name), () => {})
  const taken = new Set<number>()
  for (const { number, record } of records) {
    if (record.script || taken.has(record.slot)) continue
    taken.add(record.slot)
    const isVacant = (pod.slots.get(record.slot)?.at ?? 'vacant') === 'vacant'
    if (isVacant && isOver(record)) restoreEnded(pod, seams, { number, record })
  }
}

/** Raw output of runs that are over: whoever ended them did not come to fold it. */
async function foldOrphans(pod: PodSupervisor, seams: Seams): Promise<void> {
  const paths = seams.paths.pod(pod.name)
  const names = await readStateFolder(paths.logs).catch(error => {
    seams.log.error('files', error.message, { pod: pod.name, ...error.facts })
    return []
  })
  const numbers = names.map(file =>
    Number(/^(\d+)\.(?:stdout|stderr)\.(?:raw(?:\.at)?|pipe)$/.exec(file)?.[1] ?? Number.NaN),
  )
  const orphans = [...new Set(numbers)].filter(number => !Number.isNaN(number) && !pod.runs.has(number))
  for (const number of orphans) {
    try {
      await foldLeftovers(runPaths(paths, number))
    } catch (error) {
      seams.log.error('files', 'Raw output could not be moved into the log', { pod: pod.name, err: error })
    }
  }
}

type Numbered = { number: number; record: RunRecord }

function isOver({ state }: RunRecord): boolean {
  return state === 'ended' || state === 'lost'
}

function restoreEnded(pod: PodSupervisor, seams: Seams, { number, record }: Numbered): void {
  const options = { world: worldOf(pod, seams, record.slot), boot: seams.boot }
  const slot = slotAfter(refOf(number, record), record, options)
  if (slot) pod.restore(record.slot, slot, undefined)
}

function refOf(number: number, { spec, failures, waits, restarts }: RunRecord): RunRef {
  return { number, spec, failures, ...(waits !== undefined && { waits }), restarts }
}

function worldOf(pod: PodSupervisor, seams: Seams, slot: number): World {
  const { inForce } = pod
  return {
    wanted: inForce !== undefined && inForce.desired.want === 'up' && slot < inForce.scale,
    spec: inForce?.spec ?? '',
    policy: inForce?.policy ?? policyOf({}),
    nowMs: seams.clock.nowMs(),
    nextNumber: 0,
    jitter: seams.random(),
  }
}

/** The state of a slot whose run may be alive. No deadline of before counts: silence is not death. */
function slotOf(live: LiveRun, record: RunRecord, seams: Seams, world: World): Slot {
  const run = live.ref
  const { nowMs, policy } = world
  const upMs = record.upAt === undefined ? 0 : Math.max(0, seams.clock.wallMs() - Date.parse(record.upAt))
  if (!live.identity) return { at: 'spawning', run }
  if (record.state === 'up') {
    const check = { at: 'resting', dueMs: nextCheckMs(nowMs, policy.check.intervalMs), missed: 0 } as const
    return { at: 'up', run, sinceMs: nowMs - upMs, check }
  }
  if (record.state === 'stopping') {
    const why = record.why ?? 'stopped'
    if (why !== 'stopped') return { at: 'stopping', run, why, upMs, phase: 'term', dueMs: nowMs }
    return { at: 'stopping', run, why, upMs, phase: 'cleanup', dueMs: nowMs + policy.stopTimeoutMs }
  }
  return { at: 'starting', run, sinceMs: nowMs, askMs: nowMs + policy.readyAfterMs }
}

/** The state of a slot whose last run is over; undefined: as if there had been none. */
function slotAfter(run: RunRef, record: RunRecord, { world, boot }: { world: World; boot: string }): Slot | undefined {
  const { end } = record
  if (!world.wanted || !end || (end.reason === 'lost' && record.boot !== boot)) return undefined
  const endedMs = Date.parse(record.endedAt ?? record.startedAt)
  const upMs = record.upAt === undefined ? 0 : Math.max(0, endedMs - Date.parse(record.upAt))
  const full = {
    code: end.code,
    signal: end.signal,
    reason: end.reason,
    ...(end.message !== undefined && { message: end.message }),
  }
  const [slot] = afterEnd(run, { end: full, upMs }, world)
  if (slot.at !== 'spawning') return slot
  // A start that was due: it is made when the slots are looked at, with its counts kept.
  const { failures, waits, restarts } = slot.run
  const counts = { failures, ...(waits !== undefined && { waits }) }
  return restarts === 0 ? undefined : { at: 'backoff', last: run, ...counts, retryAtMs: world.nowMs, end: full }
}

/** A second live record for one slot, left by a crash between two saves: the older run ends. */
async function endStale(seams: Seams, name: string, entry: Numbered): Promise<void> {
  const { pid, startTime } = entry.record
  if (pid !== undefined && startTime !== undefined) await seams.processes.sweepGroup({ pid, startTime })
  await closeRecord(seams, name, entry, 'a newer run has its slot')
}

async function closeRecord(seams: Seams, name: string, { number, record }: Numbered, why: string): Promise<void> {
  const end = { code: null, signal: null, reason: 'lost', message: why } as const
  seams.log.warn('adopt', `run lost: ${why}`, { pod: name, run: runId(name, number) })
  try {
    await foldLeftovers(runPaths(seams.paths.pod(name), number))
    await writeRecord(seams.paths.pod(name), number, {
      ...record,
      state: 'lost',
      endedAt: timeText(seams.clock),
      end,
    })
  } catch (error) {
    seams.log.error('files', 'The record of a lost run could not be saved', { pod: name, err: error })
  }
}
