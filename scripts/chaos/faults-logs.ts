// Faults of logs: as a person who makes room, they remove or cut a log under whoever writes it, or remove the folder of a pod's logs.
// What was in it is gone; what is written from then on is not.
import { existsSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { note } from './client.ts'
import { withPod } from './faults-pods.ts'
import { listIfThere, readIfThere } from './files.ts'
import type { Chance } from './seed.ts'
import { mostBurst } from './sorts.ts'
import type { World } from './world.ts'

/** The host's own, or that of the verbs. */
export async function harmHostLog(world: World, chance: Chance): Promise<boolean> {
  const file = join(world.host.data, chance.pick(['logs/host.log', 'audit.log']))
  if (!existsSync(file)) return false
  harm(file, chance)
  return true
}

/** That of a run, be it up or over. */
export async function harmRunLog(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    const folder = join(world.host.data, 'logs', pod.name)
    const logs = listIfThere(folder).filter(file => /^\d+\.log$/.test(file))
    if (logs.length === 0) return
    const log = chance.pick(logs)
    note(pod, `harmRunLog ${log}`)
    harm(join(folder, log), chance)
    harmed(world, pod.name, log)
  })
}

/** With all logs of a pod. A sandbox sees the folder that is gone, and nothing else. */
export async function removeLogFolder(world: World, chance: Chance): Promise<boolean> {
  return await withPod(world, chance, async pod => {
    const folder = join(world.host.data, 'logs', pod.name)
    const logs = listIfThere(folder).filter(file => /^\d+\.log$/.test(file))
    if (logs.length === 0 || pod.sort.isBoxed) return
    note(pod, 'removeLogFolder')
    // A run may be making files in it just now.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    for (const log of logs) harmed(world, pod.name, log)
  })
}

function harmed({ told, logHarms }: World, pod: string, log: string): void {
  const id = `${pod}.${Number.parseInt(log, 10)}`
  const atMs = Date.now()
  // It tells how far it came once it has printed all of a burst.
  const upTo = Number(readIfThere(join(told, id)) ?? 0) + mostBurst
  logHarms.set(id, { upTo, atMs, count: (logHarms.get(id)?.count ?? 0) + 1 })
}

function harm(file: string, chance: Chance): void {
  if (chance.pick([true, false])) rmSync(file, { force: true })
  else truncateSync(file, 0)
}
