// Faults of processes: pods, their children and spares are killed, or stopped and continued.
import { setTimeout as delay } from 'node:timers/promises'
import type { PodStatus } from '../../protocol/words.ts'
import { isAlive } from '../../test/processes.ts'
import { note } from './client.ts'
import { groupOf, ours } from './processes.ts'
import type { Chance } from './seed.ts'
import type { ChaosPod, World } from './world.ts'

export async function killPod(world: World, chance: Chance): Promise<boolean> {
  return await withRun(world, chance, async (pod, run) => {
    if (!send(run.pid, 'SIGKILL')) return
    if (run.slot === 0) pod.killed.add(Number(run.id.split('.').at(-1)))
  })
}

export async function killChild(world: World, chance: Chance): Promise<boolean> {
  return await withRun(
    world,
    chance,
    async (_, run) => {
      const children = groupOf(run.pid).filter(({ pid }) => pid !== run.pid)
      if (children.length > 0) send(chance.pick(children).pid, 'SIGKILL')
    },
    pod => pod.sort.hasChildren === true,
  )
}

/** Short enough that no check fails, or, with a pod that is checked often, so long that it is found out. */
export async function stopPod(world: World, chance: Chance): Promise<boolean> {
  return await withRun(world, chance, async (_, run) => {
    if (!send(run.pid, 'SIGSTOP')) return
    await delay(chance.between(20, 2000))
    send(run.pid, 'SIGCONT')
  })
}

export async function killSpare(world: World): Promise<boolean> {
  const spare = ours(world.host.dir).find(({ command }) => command.includes('shim'))
  return spare !== undefined && send(spare.pid, 'SIGKILL')
}

export async function stopSpare(world: World, chance: Chance): Promise<boolean> {
  const spare = ours(world.host.dir).find(({ command }) => command.includes('shim'))
  if (!spare || !send(spare.pid, 'SIGSTOP')) return false
  await delay(chance.between(50, 3000))
  send(spare.pid, 'SIGCONT')
  return true
}

type Run = { id: string; pid: number; slot: number }

async function withRun(
  world: World,
  chance: Chance,
  work: (pod: ChaosPod, run: Run) => Promise<void>,
  isFit: (pod: ChaosPod) => boolean = () => true,
): Promise<boolean> {
  let didIt = false
  await withPod(
    world,
    chance,
    async pod => {
      const status = await statusOf(world, pod.name)
      const runs = status?.runs.filter(run => run.state === 'up' && run.pid !== undefined && isAlive(run.pid)) ?? []
      if (runs.length === 0) return
      const { id, pid, slot } = chance.pick(runs)
      didIt = true
      note(pod, `signals ${id}`)
      await work(pod, { id, pid: pid as number, slot })
    },
    isFit,
  )
  return didIt
}

export async function withPod(
  world: World,
  chance: Chance,
  work: (pod: ChaosPod) => Promise<void>,
  isFit: (pod: ChaosPod) => boolean = () => true,
): Promise<boolean> {
  const pod = world.take(chance, candidate => candidate.model.mayExist && isFit(candidate))
  if (!pod) return false
  try {
    await work(pod)
    return true
  } finally {
    pod.isBusy = false
  }
}

async function statusOf(world: World, name: string): Promise<PodStatus | undefined> {
  try {
    const client = await world.connect(false)
    return await client.call('pod.status', { name }).finally(() => client.close())
  } catch {
    // The host is gone just now, or has no such pod.
    return undefined
  }
}

export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // Gone already.
    return false
  }
}
