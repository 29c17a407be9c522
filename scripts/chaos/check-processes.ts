// The promise about processes: no pod runs twice, none is missing, nothing runs that nobody wants.
import { join } from 'node:path'
import { readIfThere } from './files.ts'
import { guardsAmiss, isGuard, isKeeper } from './keepers.ts'
import { type Found, ours } from './processes.ts'
import { restlessNames, type Seen } from './seen.ts'
import { serviceName } from './services.ts'
import type { World } from './world.ts'

/** One line for each process that is not as it should be. */
export function checkProcesses(world: World, { info, pods }: Seen): string[] {
  // What empties the pipe of a service ends after the last that writes to it.
  const found = ours(world.host.dir)
  const runs = new Map([...pods.values()].flatMap(pod => pod.runs.map(run => [run.pid, run.id] as const)))
  // What the host begins is a copy of it until it is another program.
  const isBeginning = ({ parent, command }: Found) => parent === info.pid && command.includes('dist/daemon.cjs')
  const isOurs = (one: Found) => one.pid === info.pid || isKeeper(one) || isGuard(one) || isBeginning(one)
  const known = found.filter(one => !isOurs(one) && one.command.trim() !== 'cat')
  const isSpare = ({ pid, group, command }: Found) => !runs.has(pid) && !runs.has(group) && command.includes('shim.cjs')
  const spares = known.filter(isSpare)
  return [
    ...known.filter(process => !isSpare(process)).flatMap(process => complaintAbout(world, { process, runs }) ?? []),
    ...guardsAmiss(found),
    ...missing(world, { found, runs }),
    ...tooMany(world, { spares, ready: info.spares.ready }),
  ]
}

type Runs = Map<number | undefined, string>

function complaintAbout(world: World, { process, runs }: { process: Found; runs: Runs }): string | undefined {
  const { pid, group, command } = process
  const id = runs.get(pid)
  if (id !== undefined) {
    if (id.startsWith(`${serviceName}.`)) return undefined
    const isBooting = !command.startsWith('pod ')
    return isBooting || command === `pod ${id}` ? undefined : `${id}: its process is ${command}`
  }
  if (runs.has(group) && pid !== group) {
    if (runs.get(group)?.startsWith(`${serviceName}.`)) return undefined
    const pod = world.pods.find(({ name }) => runs.get(group)?.startsWith(`${name}.`))
    return pod?.sort.hasChildren || pod?.sort.isBoxed
      ? undefined
      : `pid ${pid}: is a child that nobody made: ${command}`
  }
  // A run of a pod that crashes all the time may have come since the host was asked.
  const isRestless = restlessNames(world).some(name => command.includes(name))
  if (isRestless) return undefined
  // Of a service it is its keeper that was told to begin it.
  const isOfService = command.startsWith('/bin/sh ')
  const told = isOfService ? world.words.last([serviceName, 'keeper', `"pid":${pid},`], 80) : toldOf(world, group)
  return `pid ${pid}: is left over: ${command}; ${told}`
}

function missing(world: World, { found, runs }: { found: Found[]; runs: Runs }): string[] {
  const pids = new Set(found.map(({ pid }) => pid))
  const restless = restlessNames(world)
  const gone = [...runs].filter(([pid, id]) => {
    const isRestless = restless.some(name => id.startsWith(`${name}.`))
    return !isRestless && (pid === undefined || !pids.has(pid))
  })
  return gone.map(([pid, id]) => `${id}: has no process, but should: ${pid}; ${toldOf(world, pid ?? 0)}`)
}

function tooMany(world: World, { spares, ready }: { spares: Found[]; ready: number }): string[] {
  const most = ready + 2 + restlessNames(world).length
  return spares.length > most ? [`host: ${spares.length} processes wait for a run, ${ready} are ready`] : []
}

/** What the host's log says of a process, for whoever looks into a broken promise. */
function toldOf(world: World, pid: number): string {
  const logs = join(world.host.data, 'logs')
  const lines = ['host.log.1', 'host.log'].flatMap(file => (readIfThere(join(logs, file)) ?? '').split('\n'))
  const itself = lines.filter(line => line.includes(`"pid":${pid},`) || line.includes(`"pid":${pid}}`))
  const run = /"run":"[^"]+"/.exec(itself.join('\n'))?.[0]
  const told = run === undefined ? itself : lines.filter(line => line.includes(run))
  return told.slice(-12).join('\n  ')
}
