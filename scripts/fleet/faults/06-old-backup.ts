// A backup of the engine that is older is put back, after pods were started, moved and removed: each host finds that it has gone back and says so, nothing that
// is up ends by it but what is exclusive, and nothing exclusive lives twice. Fleet pods that begin anew follow the engine.
import { until } from '../../../test/until.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'where an older backup of the engine is put back it is told, nothing that is up ends, and nothing exclusive lives twice'
export const boundMs = 600_000

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  const [a] = fleet.hosts as [FleetHost]
  await fleet.start('web', { scale: 3 })
  await fleet.start('only', { exclusive: true })
  await fleet.whole()
  await stopped(() => fleet.engines.backup())
  await fleet.whole()
  // What came after the backup: a pod, a move of what is exclusive, and another scale.
  await fleet.start('late', { scale: 2 })
  const [place = ''] = await fleet.places('only')
  await a.ok('fleet', 'drain', place)
  await a.ok('fleet', 'uncordon', place)
  await fleet.whole()
  const pids = async () => (await Promise.all(fleet.hosts.map(runsOf))).flat().sort().join()
  const before = await pids()
  await stopped(() => fleet.engines.restore())
  for (const host of fleet.hosts)
    await until(async () => /has gone back/.test((await host.fleet()).problem), `host ${host.name} tells of it`, {
      forMs: 120_000,
    })
  t.say('all hosts tell of it')
  if ((await pids()) !== before) throw new Error(`runs were ${before}, and are ${await pids()}`)
  fleet.checkAlone()
  for (const host of fleet.hosts) await host.ok('restart', 'local', 'fleet')
  const begunMs = performance.now()
  for (const at of fleet.hosts) await fleet.whole({ at })
  t.measure(
    'fleet pods begun anew, until all is as the backup has it',
    `${((performance.now() - begunMs) / 1000).toFixed(1)} s`,
  )
  fleet.checkAlone()

  /** All engines are gone while that is done. */
  async function stopped(work: () => void): Promise<void> {
    for (const engine of fleet.engines.names) await fleet.engines.kill(engine)
    work()
    for (const engine of fleet.engines.names) await fleet.engines.start(engine)
  }
}

/** The processes of the pods that are not exclusive, as the host itself has them. */
async function runsOf(host: FleetHost): Promise<number[]> {
  const { pods } = await host.ask('pod.list', { path: `fleet.${host.name}` })
  return pods.flatMap(({ name, runs }) => (name === 'only' ? [] : runs.map(({ pid }) => pid ?? 0)))
}
