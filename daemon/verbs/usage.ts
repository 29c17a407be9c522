// What the processes of runs use of cpu and memory, and how late their event loops are.
import pidusage from 'pidusage'
import { runId } from '../../protocol/names.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { VitalSigns } from './vital-signs.ts'

/** `runs`: those of the pod that have a process and a link. */
export type UsageNeeds = { vitals: Pick<VitalSigns, 'lagOf'>; runs: ReadonlyMap<number, LiveRun> }

/** Adds to the runs of a status what each uses now. */
export async function addUsage(status: PodStatus, needs: UsageNeeds): Promise<void> {
  await Promise.all([addProcesses(status), addLag(status, needs)])
}

async function addLag({ name, runs }: PodStatus, needs: UsageNeeds): Promise<void> {
  for (const [{ ref }, { p50, p99 }] of await needs.vitals.lagOf([...needs.runs.values()])) {
    const run = runs.find(({ id }) => id === runId(name, ref.number))
    if (run) run.lag = { p50Ms: ms(p50), p99Ms: ms(p99) }
  }
}

const ms = (seconds: number) => Math.round(seconds * 10_000) / 10

async function addProcesses({ runs }: PodStatus): Promise<void> {
  const pids = runs.flatMap(run => (run.pid === undefined ? [] : [run.pid]))
  if (pids.length === 0) return
  const usage = await measure(pids)
  for (const run of runs) {
    const found = run.pid === undefined ? undefined : usage[run.pid]
    if (found) Object.assign(run, { cpu: Math.round(found.cpu * 10) / 10, memory: found.memory })
  }
}

/** The measuring that is under way, by the pids: all who ask meanwhile get the same. */
const underWay = new Map<string, ReturnType<typeof measureNow>>()

/**
 * Per cent of one core since it was last asked, and resident bytes, by pid; those that are gone are left out. `seconds`: of CPU in
 * all, where the system tells it.
 */
export type Used = Record<number, { cpu: number; memory: number; seconds?: number } | undefined>

export async function measure(pids: number[]): Promise<Used> {
  const key = pids.join()
  const measuring = underWay.get(key) ?? measureNow(pids).finally(() => underWay.delete(key))
  underWay.set(key, measuring)
  return await measuring
}

async function measureNow(pids: number[]): Promise<Used> {
  try {
    return await pidusage(pids)
  } catch {
    // A process that ended in between: the others are measured alone.
    const each = await Promise.all(pids.map(async pid => [pid, await pidusage(pid).catch(() => undefined)] as const))
    return Object.fromEntries(each)
  }
}
