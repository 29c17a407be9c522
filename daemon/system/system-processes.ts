// Processes as this machine has them.
import { drainName } from '../../protocol/run-log.ts'
import { hasAccepted } from './accepted.ts'
import { ending, identify, isStopped, readStart } from './identity.ts'
import { descendantsOf, holdersOf, lifelineOf, listens, membersOf, nameOf } from './kin.ts'
import { Orphans } from './orphans.ts'
import type { Heir, Identity, Legacy, Processes } from './process.ts'
import { limitProcess } from './process-limits.ts'
import { listProcesses } from './process-list.ts'
import { hasRest, signalGroup, signalOne, signalRest, sweepGroup } from './signals.ts'
import { spawnRun } from './spawn-run.ts'

const orphans = new Orphans()

export const systemProcesses: Processes = {
  spawn: spawnRun,
  identify,
  signalGroup,
  sweepGroup,
  ending,
  isStopped,
  signalRest,
  hasRest,
  offspring,
  lifeline,
  heirs,
  signal: signalOne,
  listens: async ({ pid }, port) => await listens(pid, port),
  hasAccepted: async ({ pid }, connected) => await hasAccepted(pid, connected),
  list: listProcesses,
  limit: async (one, limits) => {
    if ((await identify(one.pid))?.startTime === one.startTime) await limitProcess(one.pid, limits)
  },
}

async function offspring(leader: Identity): Promise<Identity[]> {
  const pids = await descendantsOf(leader.pid, drainName)
  const members = new Set(pids.length > 0 ? await membersOf(leader.pid) : [])
  const found = await Promise.all(pids.filter(pid => !members.has(pid)).map(identify))
  return found.filter(one => one !== undefined)
}

async function lifeline({ pid, startTime }: Identity): Promise<string | undefined> {
  const found = await lifelineOf(pid)
  // By then another process may have had that pid.
  return (await identify(pid))?.startTime === startTime ? found : undefined
}

async function heirs({ since, lifeline, mark }: Legacy): Promise<Heir[]> {
  const holders = lifeline === undefined ? [] : await holdersOf(lifeline)
  const marked = mark === undefined ? [] : await orphans.of(mark)
  const found = await Promise.all(
    [...new Set([...holders, ...marked])].map(async pid => {
      const [start, name] = await Promise.all([readStart(pid), nameOf(pid)])
      // Nobody is found but on Linux, where these are numbers.
      if (!start || start.isZombie || Number(start.startTime) < Number(since)) return undefined
      return { pid, startTime: start.startTime, name, group: start.group ?? pid }
    }),
  )
  return found.filter(one => one !== undefined)
}
