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
      const number = Number(run?.id.split('.').at(-1))
      if (run && pod.baseline && pod.sort.settles === 'up') {
        const { runs } = await client.call('pod.runs', { name: pod.name, limit: mostRuns })
        complaints.push(...compare(world, { pod, now: { number, restarts: run.restarts }, runs }))
      }
      // The next host does not know the count of a run whose record was harmed.
      const isKnown = !pod.harmedRecords.has(number)
      pod.baseline = run && isKnown && world.chance.next() < 0.5 ? { run: number, restarts: run.restarts } : undefined
      pod.kills = 0
    }
  } finally {
    client.close()
  }
  return complaints
}

type Counted = { pod: ChaosPod; now: { number: number; restarts: number }; runs: RunInfo[] }

function compare(world: World, { pod: { name, baseline, kills }, now, runs }: Counted): string[] {
  if (!baseline) return []
  const grown = now.restarts - baseline.restarts
  const isBetween = (id: string) => {
    const number = Number(id.split('.').at(-1))
    return number >= baseline.run && number < now.number
  }
  const ended = runs.filter(({ id, slot }) => slot === 0 && isBetween(id))
  // A reload that was asked for before, and whose answer nobody heard, is an explicit start: it counts anew, also where it goes back.
  const versions = new Set(
    runs.filter(({ id }) => isBetween(id) || id === `${name}.${now.number}`).map(run => run.version),
  )
  if (versions.size > 1) return []
  world.report.count('restart counts', 'compared')
  // An end that could not be saved has no record.
  const isExact = runs.length < mostRuns && !world.wasDiskFull && !world.didCallsFail
  if (grown >= kills && (!isExact || grown === ended.length)) return []
  const ends = ended.map(({ id, end }) => `${id} ${end?.reason} ${end?.message ?? ''}`).join(', ')
  const span = `${baseline.run} to ${now.number}`
  return [`${name}: has ${grown} restarts after ${kills} kills and ${ended.length} ends (${ends}) of ${span}`]
}
