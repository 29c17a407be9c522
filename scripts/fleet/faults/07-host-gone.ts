// A host is killed, loses its power, or stands still until its pods are elsewhere: they are up elsewhere in time, and a host that comes back ends its
// copies of what is exclusive.
import { until } from '../../../test/until.ts'
import type { TrialFleet } from '../trial/fleet.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'pods of a host that dies, or stands still, are up elsewhere, and what is exclusive never lives twice'
export const boundMs = 400_000

const faults: Record<string, (host: FleetHost, fleet: TrialFleet) => Promise<void> | void> = {
  'killed, with its fleet pod': async host => {
    const pid = await host.fleetPid()
    await host.killHost()
    process.kill(pid, 'SIGKILL')
  },
  'without power': async host => await host.powerOff(),
  'standing still': host => host.freeze(),
  'killed with its keepers, while its pods live on': async host => await host.killAllBut(['only', 'web']),
}

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  await fleet.start('only', { exclusive: true })
  await fleet.start('web', { scale: 3 })
  await fleet.whole()
  for (const [what, bring] of Object.entries(faults)) {
    const [place = ''] = await fleet.places('only')
    const host = fleet.host(place)
    const other = fleet.hosts.find(one => one !== host) as FleetHost
    const before = fleet.resource.holder('only')
    await bring(host, fleet)
    const begunMs = performance.now()
    await until(() => fleet.resource.holder('only') !== before, `only is up elsewhere, host ${place} ${what}`)
    t.measure(`host ${what}: exclusive pod up elsewhere`, `${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
    await until(async () => (await fleet.status('web', other)).status === 'up', 'web is up elsewhere')
    if ((await fleet.places('web', other)).includes(place)) throw new Error(`web is still said to be on host ${place}`)
    t.measure(`host ${what}: all up elsewhere`, `${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
    fleet.checkAlone()
    const holder = fleet.resource.holder('only')
    await fleet.mend()
    await fleet.whole({ at: other })
    // Its answer comes from the run that has it, whichever host is asked, and the host that is back has none.
    for (const at of fleet.hosts) {
      const answered = await until(
        async () => await fleet.call('only', 'who', { at }).catch(() => undefined),
        'only answers',
      )
      if (answered !== holder) throw new Error(`run ${answered} answered at host ${at.name}, and ${holder} has it`)
    }
    fleet.checkAlone()
    if (fleet.resource.holder('only') !== holder)
      throw new Error('what is exclusive was begun anew when its old host came back')
  }
}
