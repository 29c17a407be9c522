// The containers of runs, as their engine knows them: which process is the first one within, and the end of what is left. A run is the
// client of its engine, so a container whose client was killed goes on until it is ended here.
import { setTimeout as delay } from 'node:timers/promises'
import type { Lease } from '../../protocol/lease.ts'
import { engineEnvironment } from '../system/environment.ts'
import type { HostLog } from '../system/host-log.ts'
import { commandedBy } from '../system/kin.ts'
import type { Processes } from '../system/process.ts'
import { containerName, listArguments, pidArguments, removeArguments } from './container-plan.ts'
import { askEngine, engineHere } from './engine.ts'

/** When to try again to remove a container, and how often in all: after that it is left to the next host. */
const againMs = 250
const tries = 8

/** How often to look whether the monitor of a container is gone, and after how many looks it is ended. */
const monitorLookMs = 50
const monitorLooks = 40

/** What ends processes. */
type Enders = Pick<Processes, 'identify' | 'offspring' | 'signal' | 'signalGroup'>

export type OfRun = { data: string; key: string }

/** The number of the first process in the container of a run; undefined where there is none. */
export async function firstWithin(run: OfRun): Promise<number | undefined> {
  const engine = await engineHere()
  if (!('name' in engine)) return undefined
  const { code, output } = await askEngine(engine.name, pidArguments(containerName(run)))
  const pid = Number(output)
  return code === 0 && pid > 1 ? pid : undefined
}

/** The command that ends the container of a run, for whoever is to do so without this host; undefined where there is no engine. */
export async function endOfContainer(run: OfRun): Promise<Lease['end']> {
  const engine = await engineHere()
  if (!('name' in engine)) return undefined
  return {
    command: [engine.name, ...removeArguments(engine.name, containerName(run))],
    env: engineEnvironment(),
  }
}

/** Ends the container of a run, if it is there still, and takes it away. */
export async function removeContainer(
  run: OfRun,
  { log, processes }: { log: Pick<HostLog, 'error'>; processes: Enders },
): Promise<void> {
  const container = containerName(run)
  for (let tried = 1; ; tried++) {
    const why = await remove(container, processes).catch((error: Error) => error.message)
    if (why === undefined) return
    log.error('run', 'its container could not be removed', { run: run.key, container, why })
    if (tried === tries) return
    await delay(againMs * 2 ** (tried - 1))
  }
}

/** Ends those that belong to no run of a host any more. @param keys asked once it is known which containers there are */
export async function sweepContainers(
  data: string,
  { keys, processes }: { keys: () => readonly string[]; processes: Enders },
): Promise<string[]> {
  const engine = await engineHere()
  if (!('name' in engine)) return []
  const { code, output } = await askEngine(engine.name, listArguments(data))
  if (code !== 0) throw new Error(output)
  const used = new Set(keys().map(key => containerName({ data, key })))
  const names = output.split('\n').flatMap(line => line.split(' ').slice(1, 2))
  const left = names.filter(name => !used.has(name))
  for (const name of left) await remove(name, processes)
  return left
}

/** @returns why it is there still */
async function remove(name: string, processes: Enders): Promise<string | undefined> {
  const engine = await engineHere()
  if (!('name' in engine)) return engine.why
  const { code, output } = await askEngine(engine.name, removeArguments(engine.name, name))
  // Docker has no word for "if it is there".
  if (code !== 0 && !/no such container/i.test(output)) return output
  if (engine.name === 'podman') await endMonitor(name, processes)
  return undefined
}

/**
 * Podman leaves the monitor of a container that was not made yet when its client was killed, and that monitor waits for ever. Any other
 * ends by itself once its container is gone.
 */
async function endMonitor(name: string, processes: Enders): Promise<void> {
  for (let looks = 1; ; looks++) {
    const monitors = await commandedBy('-n', name)
    if (monitors.length === 0) return
    if (looks >= monitorLooks) await Promise.all(monitors.map(pid => endWhole(pid, processes)))
    if (looks === 2 * monitorLooks) throw new Error('its monitor does not end')
    await delay(monitorLookMs)
  }
}

async function endWhole(pid: number, processes: Enders): Promise<void> {
  const monitor = await processes.identify(pid)
  if (!monitor) return
  for (const one of await processes.offspring(monitor)) await processes.signal(one, 'SIGKILL')
  await processes.signalGroup(monitor, 'SIGKILL')
}
