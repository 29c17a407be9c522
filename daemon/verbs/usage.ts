// What the processes of runs use of cpu and memory.
import pidusage from 'pidusage'
import type { PodStatus } from '../../protocol/words.ts'

/** Adds to the runs of a status what each uses now. */
export async function addUsage({ runs }: PodStatus): Promise<void> {
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
