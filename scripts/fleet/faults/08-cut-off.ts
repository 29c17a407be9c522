// A host is cut off from the engines, both ways or one, and lives: its ordinary pods run on and are called there, and what is exclusive ends before
// it lives elsewhere.
import { isAlive } from '../../../test/processes.ts'
import { until } from '../../../test/until.ts'
import type { TrialFleet } from '../trial/fleet.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'a host that is cut off goes on with its ordinary pods, and ends what is exclusive before it lives elsewhere'
export const boundMs = 400_000

const cuts: Record<string, (fleet: TrialFleet, host: FleetHost) => Promise<void>> = {
  'both ways': async ({ network }, host) => await network.unplug(host.name),
  'it hears no engine': async ({ network, engines }, host) => {
    for (const engine of engines.names) await network.cut(engine, host.name)
  },
  'no engine hears it': async ({ network, engines }, host) => {
    for (const engine of engines.names) await network.cut(host.name, engine)
  },
}

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  await fleet.start('only', { exclusive: true })
  await fleet.start('web', { scale: 3 })
  for (const [what, cut] of Object.entries(cuts)) {
    await fleet.whole()
    const [place = ''] = await fleet.places('only')
    const host = fleet.host(place)
    const other = fleet.hosts.find(one => one !== host) as FleetHost
    const [web] = (await fleet.status('web')).runs.filter(({ id }) => id.startsWith(`${place}.`))
    const before = fleet.resource.holder('only')
    const gaps = fleet.resource.gaps('only').length
    await cut(fleet, host)
    let called = 0
    await until(async () => {
      // It is answered there, by the run that was there before, while nobody else is reached.
      const pid = await fleet.call('web', 'who', { at: host })
      if (pid !== web?.pid) throw new Error(`run ${pid} answered on the host that is cut off, and ${web?.pid} is there`)
      called++
      return fleet.resource.holder('only') !== before && (await fleet.status('web', other)).status === 'up'
    }, `all is up elsewhere: ${what}`)
    if (!isAlive(web?.pid ?? 0)) throw new Error('a pod that is not exclusive was ended on the host that is cut off')
    fleet.checkAlone()
    const gapMs = Math.round(fleet.resource.gaps('only')[gaps] ?? 0)
    t.measure(
      `cut off, ${what}`,
      `${called} calls there, 0 failed; nobody lived for ${gapMs} ms before only lived elsewhere`,
    )
    await fleet.mend()
    await fleet.whole()
    fleet.checkAlone()
  }
}
