// The host that holds an exclusive pod loses what it holds it by, in every way: it never lives twice, and lives again in time.
import { isAlive } from '../../../test/processes.ts'
import { until } from '../../../test/until.ts'
import type { TrialFleet } from '../trial/fleet.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title = 'whatever becomes of its holder, an exclusive pod never lives twice, and lives again in time'
export const boundMs = 600_000

/** How long it may take beyond the time after which a host is dead: a start, and an engine that elects another leader. */
const moreMs = 15_000

type Way = {
  what: string
  bring: (fleet: TrialFleet, host: FleetHost) => Promise<void> | void
}

const moving: readonly Way[] = [
  {
    what: 'host and fleet pod killed',
    async bring(_, host) {
      const pid = await host.fleetPid()
      await host.killHost()
      process.kill(pid, 'SIGKILL')
    },
  },
  {
    what: 'host and fleet pod standing still, their pod going on',
    async bring(_, host) {
      host.freezeOnly([await host.fleetPid(), host.pid])
    },
  },
  {
    what: 'the pod never yields, and its host is cut off',
    async bring(fleet, host) {
      void fleet.call('only', 'spin', { at: host, args: [60_000] }).catch(() => {})
      await fleet.network.unplug(host.name)
    },
  },
  { what: 'host cut off', bring: async (fleet, host) => await fleet.network.unplug(host.name) },
]

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  await fleet.start('only', { exclusive: true })
  await fleet.whole()
  for (const way of moving) await moved(t, fleet, way)
  await fleetPodKilled(t, fleet)
  for (const engine of fleet.engines.names) await engineKilled(t, fleet, engine)
}

async function moved(t: Trial, fleet: TrialFleet, { what, bring }: Way): Promise<void> {
  const [place = ''] = await fleet.places('only')
  const host = fleet.host(place)
  const before = fleet.resource.holder('only') ?? 0
  await bring(fleet, host)
  const begunMs = performance.now()
  await until(() => fleet.resource.holder('only') !== before, `only lives elsewhere: ${what}`)
  if (isAlive(before)) throw new Error(`the run that was there, ${before}, is still alive: ${what}`)
  inTime(t, fleet, { what, begunMs })
  await fleet.mend()
  await fleet.whole()
  fleet.checkAlone()
}

/** Its host begins another one, which goes on: the pod notices nothing, or ends and is begun anew. */
async function fleetPodKilled(t: Trial, fleet: TrialFleet): Promise<void> {
  const [place = ''] = await fleet.places('only')
  const before = fleet.resource.holder('only')
  await fleet.host(place).killFleetPod()
  await fleet.whole()
  fleet.checkAlone()
  t.measure('fleet pod killed', fleet.resource.holder('only') === before ? 'the pod went on' : 'the pod was begun anew')
}

async function engineKilled(t: Trial, fleet: TrialFleet, engine: string): Promise<void> {
  const before = fleet.resource.holder('only')
  await fleet.engines.kill(engine)
  const begunMs = performance.now()
  await fleet.whole()
  inTime(t, fleet, { what: `engine ${engine} killed, until all is whole`, begunMs })
  await fleet.mend()
  await fleet.whole()
  fleet.checkAlone()
  t.say(fleet.resource.holder('only') === before ? 'the pod went on' : 'the pod was begun anew')
}

function inTime(t: Trial, { times }: TrialFleet, { what, begunMs }: { what: string; begunMs: number }): void {
  const tookMs = performance.now() - begunMs
  t.measure(what, `${(tookMs / 1000).toFixed(1)} s`)
  if (tookMs > times.deadMs + moreMs) throw new Error(`it took ${Math.round(tookMs)} ms: ${what}`)
}
