// Rounds of faults: each breaks something of a fleet, waits until it is felt, mends it, and waits until all is whole again. Meanwhile nothing that is
// exclusive may have lived twice.
import { setTimeout as delay } from 'node:timers/promises'
import type { Chance } from '../../chaos/seed.ts'
import type { TrialFleet } from './fleet.ts'
import type { FaultCase, Trial } from './trial.ts'

/** How long a round may take on a machine that has much else to do, and the begin of the fleet. */
const roundMs = 120_000
const beginMs = 300_000

const pods = ['only-1', 'only-2', 'only-3', 'only-4', 'only-5', 'only-6']

type Fault = (fleet: TrialFleet, chance: Chance) => Promise<string>

const pickHost = (fleet: TrialFleet, chance: Chance) => chance.pick(fleet.hosts)

/** Each brings one fault, and says which. */
const faults: Record<string, Fault> = {
  async host(fleet, chance) {
    const host = pickHost(fleet, chance)
    await host.killHost()
    return `host ${host.name} killed`
  },
  async fleetPod(fleet, chance) {
    const host = pickHost(fleet, chance)
    await host.killFleetPod()
    return `fleet pod of ${host.name} killed`
  },
  async hostAndFleetPod(fleet, chance) {
    const host = pickHost(fleet, chance)
    const pid = await host.fleetPid()
    await host.killHost()
    process.kill(pid, 'SIGKILL')
    return `host ${host.name} killed with its fleet pod`
  },
  async power(fleet, chance) {
    const host = pickHost(fleet, chance)
    await host.powerOff()
    return `host ${host.name} without power`
  },
  async freeze(fleet, chance) {
    const host = pickHost(fleet, chance)
    host.freeze()
    return `host ${host.name} frozen, with its pods`
  },
  async freezeFleetPod(fleet, chance) {
    const host = pickHost(fleet, chance)
    host.freezeOnly([await host.fleetPid()])
    return `fleet pod of ${host.name} frozen`
  },
  async cut(fleet, chance) {
    const host = pickHost(fleet, chance)
    await fleet.network.unplug(host.name)
    return `host ${host.name} cut off`
  },
  async cutOneWay(fleet, chance) {
    const host = pickHost(fleet, chance)
    const isThere = chance.next() < 0.5
    for (const engine of fleet.engines.names)
      await (isThere ? fleet.network.cut(host.name, engine) : fleet.network.cut(engine, host.name))
    return isThere ? `engines do not hear host ${host.name}` : `host ${host.name} hears no engine`
  },
  async cutFromOne(fleet, chance) {
    const host = pickHost(fleet, chance)
    const engine = chance.pick(fleet.engines.names)
    await fleet.network.cut(engine, host.name)
    return `host ${host.name} does not hear ${engine}`
  },
  async engine(fleet, chance) {
    const engine = chance.pick(fleet.engines.names)
    await fleet.engines.kill(engine)
    return `engine ${engine} killed`
  },
  async freezeEngine(fleet, chance) {
    const engine = chance.pick(fleet.engines.names)
    fleet.engines.freeze(engine)
    return `engine ${engine} frozen`
  },
  async twoEngines(fleet, chance) {
    const stays = chance.pick(fleet.engines.names)
    for (const engine of fleet.engines.names) if (engine !== stays) await fleet.engines.kill(engine)
    return `all engines killed but ${stays}`
  },
  async unplugEngine(fleet, chance) {
    const engine = chance.pick(fleet.engines.names)
    await fleet.network.unplug(engine)
    return `engine ${engine} cut off`
  },
  async clock(fleet, chance) {
    const host = pickHost(fleet, chance)
    const hours = chance.pick([-24, -1, 1, 24])
    host.setClock(hours * 3_600_000)
    return `the clock of ${host.name} ${hours} h off`
  },
}

/** Which faults come alone, and how often; two come together in a third of all rounds. */
const weights = { ...Object.fromEntries(Object.keys(faults).map(name => [name, 1])), power: 2, freeze: 2, cut: 2 }

export function rounds(count: number): FaultCase {
  return {
    title: `${count} rounds of faults, in which no exclusive pod lives twice`,
    boundMs: beginMs + count * roundMs,
    run: async t => await attack(t, count),
  }
}

async function attack(t: Trial, count: number): Promise<void> {
  const fleet = await t.fleet()
  for (const name of pods) await fleet.start(name, { exclusive: true })
  await fleet.start('web', { scale: 3 })
  await fleet.whole()
  let late = 0
  let starts = 0
  try {
    for (let round = 1; round <= count; round++) {
      const chance = t.chance.fork()
      const begunMs = performance.now()
      const told = [await broken(fleet, chance)]
      if (chance.next() < 0.33) told.push(await broken(fleet, chance))
      await delay(chance.between(0, fleet.times.deadMs * 2))
      await fleet.mend()
      await fleet.whole()
      fleet.checkAlone()
      late += fleet.resource.overlaps().length
      starts += fleet.resource.forget()
      t.say(`round ${round}: ${told.join('; ')}: whole after ${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
    }
  } finally {
    t.measure(
      'runs of exclusive pods',
      `${starts} ended, ${fleet.resource.uses} uses, ${fleet.resource.refused} refused`,
    )
    t.measure('runs that did something as they came to, after they had stood still', String(late))
  }
}

async function broken(fleet: TrialFleet, chance: Chance): Promise<string> {
  const kind = chance.weighted(weights) as keyof typeof faults
  // A second fault may find what the first has ended.
  return await (faults[kind] as Fault)(fleet, chance).catch(
    error => `${kind} could not be: ${(error as Error).message}`,
  )
}
