// The promise about restarts: every death of a run that is wanted is one restart, and nothing else is one.
import type { RunInfo } from '../../protocol/words.ts'
import type { Seen } from './seen.ts'
import type { ChaosPod, World } from './world.ts'

/** How many records of runs are compared at most. */
const mostRuns = 100

/** One line for each pod whose count is wrong; and takes the counts as they are now for the next quiet point. */
export async function checkRestarts(world: World, { pods }: Seen): Promise<string[]> {
  const complaints: string[] = []
  const client = await world.host.client()
  try {
    for (const pod of world.pods) {
      const run = pods.get(pod.name)?.runs.find(({ slot, state }) => slot === 0 && state === 'up')
      const number = run ? numberOf(run.id) : Number.NaN
      if (run && pod.baseline && pod.sort.settles === 'up') {
        const { runs } = await client.call('pod.runs', { name: pod.name, limit: mostRuns })
        complaints.push(...compare(world, { pod, now: { number, restarts: run.restarts }, runs }))
      }
      // The next host does not know the count of a run whose record was harmed.
      const isKnown = !pod.harmedRecords.has(number)
      pod.baseline = run && isKnown && world.chance.next() < 0.5 ? { number, restarts: run.restarts } : undefined
      pod.killed.clear()
    }
  } finally {
    client.close()
  }
  return complaints
}

type Counted = { pod: ChaosPod; now: { number: number; restarts: number }; runs: RunInfo[] }

function compare(world: World, { pod: { name, baseline, killed }, now, runs }: Counted): string[] {
  if (!baseline) return []
  // An end that could not be saved has no record.
  const isExact = runs.length < mostRuns && !world.wasDiskFull && !world.didCallsFail
  const complaint = restartComplaint({ before: baseline, now, killed, runs, isExact })
  if (complaint === 'unknown') return []
  world.report.count('restart counts', 'compared')
  return complaint === undefined ? [] : [`${name}: ${complaint}`]
}

/** `number`: that of the run that is up. */
type Count = { number: number; restarts: number }

/**
 * What is wrong with the count of a slot, `unknown` where nothing can be said.
 * @param seen.killed the numbers of runs that were killed: one that is killed twice dies once
 * @param seen.isExact whether each end has a record
 */
export function restartComplaint({
  before,
  now,
  killed,
  runs,
  isExact,
}: {
  before: Count
  now: Count
  killed: ReadonlySet<number>
  runs: readonly Pick<RunInfo, 'id' | 'slot' | 'version' | 'end'>[]
  isExact: boolean
}): string | undefined {
  const isBetween = (id: string) => numberOf(id) >= before.number && numberOf(id) < now.number
  const between = runs.filter(({ id, slot }) => slot === 0 && isBetween(id))
  const last = runs.find(({ id }) => numberOf(id) === now.number)
  // A verb that was asked for before, and whose answer nobody heard, is an explicit start, from which it counts anew: it asks the runs
  // that were there to end, or, a reload that goes back, begins runs of another version.
  const versions = new Set([...between, ...(last ? [last] : [])].map(run => run.version))
  if (versions.size > 1 || between.some(({ end }) => end?.reason === 'stopped')) return 'unknown'
  const grown = now.restarts - before.restarts
  const kills = [...killed].filter(number => number >= before.number && number < now.number).length
  if (grown >= kills && (!isExact || grown === between.length)) return undefined
  const ends = between.map(({ id, end }) => `${id} ${end?.reason} ${end?.message ?? ''}`).join(', ')
  const span = `${before.number} to ${now.number}`
  return `has ${grown} restarts after ${kills} kills and ${between.length} ends (${ends}) of ${span}`
}

function numberOf(id: string): number {
  return Number(id.split('.').at(-1))
}
