// Faults of the host as a whole: it is killed, stopped, run out of disk, of time, of sockets and of the system's goodwill.
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from '../../test/processes.ts'
import { send } from './faults-pods.ts'
import type { Chance } from './seed.ts'
import type { World } from './world.ts'

/** Only one of these at a time: they are about the host as a whole. */
let hostIsTaken = false

export async function withHost(work: () => Promise<void>): Promise<boolean> {
  if (hostIsTaken) return false
  hostIsTaken = true
  try {
    await work()
    return true
  } finally {
    hostIsTaken = false
  }
}

export async function killHost(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    await world.killHost()
    await delay(chance.pick([0, 0, 50, 300, 1500]))
    await world.startHost()
  })
}

/** At any of the next calls that change something. */
export async function killHostAtPoint(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    await world.order({ do: 'die', at: chance.between(0, 60), when: chance.pick(['before', 'after']) })
    const { pid } = world.host
    for (let looks = 0; looks < 150 && isAlive(pid); looks++) await delay(10)
    await world.order({ do: 'off' })
    await delay(20)
    if (isAlive(pid)) return
    world.isHostUp = false
    await world.startHost()
  })
}

/** A host that may open so few files that not all runs fit, and for a while not all clients. */
export async function fewDescriptors(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    world.didCallsFail = true
    await world.killHost()
    await world.startHost(chance.between(40, 100))
    await delay(chance.between(200, 4000))
    await world.killHost()
    await world.startHost()
  })
}

export async function stopHost(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    send(world.host.pid, 'SIGSTOP')
    // Now and then for much longer than any check may take.
    await delay(chance.pick([chance.between(20, 2500), 6000]))
    send(world.host.pid, 'SIGCONT')
  })
}

export async function fillDisk(world: World, chance: Chance): Promise<boolean> {
  if (!world.hasOwnDisk) return false
  if (world.isDiskFull) return false
  world.isDiskFull = true
  world.wasDiskFull = true
  world.wasEverFull = true
  const balloon = openSync(world.balloon, 'w')
  const block = Buffer.alloc(1024 * 1024)
  try {
    for (;;) writeSync(balloon, block)
  } catch {
    // Full.
  } finally {
    closeSync(balloon)
  }
  const leftBytes = statfsSync(world.host.data).bavail
  if (leftBytes > 0) world.report.count('faults', 'disk not quite full')
  // A host that is killed meanwhile has to start on a full disk, which it may refuse.
  await delay(chance.between(100, 2500))
  rmSync(world.balloon, { force: true })
  // A start that was begun on it may still fail.
  setTimeout(() => (world.isDiskFull = false), 3000)
  return true
}

export async function deleteSockets(world: World, chance: Chance): Promise<boolean> {
  for (const file of chance.pick([['host.sock'], ['link.sock'], ['host.sock', 'link.sock']])) {
    rmSync(join(world.host.data, file), { force: true })
  }
  return true
}

export async function moveClock(world: World, chance: Chance): Promise<boolean> {
  await world.order({ do: 'clock', byMs: chance.pick([-86_400_000, -3_600_000, -5000, 5000, 3_600_000, 86_400_000]) })
  return true
}

/** One call to the system fails, whichever comes. */
export async function failCall(world: World, chance: Chance): Promise<boolean> {
  return await withHost(async () => {
    const code = chance.pick(['EAGAIN', 'ENOMEM', 'ENOSPC', 'EIO', 'EMFILE', 'EACCES'])
    world.didCallsFail = true
    await world.order({ do: 'fail', at: chance.between(0, 20), code, reads: false })
    await delay(chance.between(100, 800))
    await world.order({ do: 'off' })
    world.report.count('failed calls', code)
  })
}
