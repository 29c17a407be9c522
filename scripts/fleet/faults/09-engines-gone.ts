// All engines are gone for ten minutes: no pod stops, calls are answered on each host, changes are refused by name; once they are back nothing is begun anew.
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../test/until.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'while all engines are gone no pod stops and no call fails, and once they are back nothing is begun anew'
export const boundMs = 900_000

/** Between two calls at each host. */
const everyMs = 100

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  const [first] = fleet.hosts as [FleetHost]
  await fleet.start('web', { scale: 3 })
  await fleet.start('only', { exclusive: true })
  await fleet.whole()
  const before = (await fleet.status('web')).runs.map(({ pid }) => pid).sort()
  for (const engine of fleet.engines.names) await fleet.engines.kill(engine)
  await until(async () => !(await first.fleet()).isUp, 'it is known that the engines are gone')
  const refused = await first.ask('pod.scale', { name: 'web', scale: 2, path: 'fleet' }).then(
    () => 'taken',
    error => (error as { code?: string }).code,
  )
  if (refused !== 'fleet_unavailable') throw new Error(`a change was ${refused}`)
  const goneMs = t.isQuick ? 60_000 : 600_000
  const endMs = performance.now() + goneMs
  let called = 0
  const failed: string[] = []
  const calling = fleet.hosts.map(async host => {
    while (performance.now() < endMs) {
      await fleet.call('web', 'who', { at: host }).catch(error => failed.push((error as Error).message))
      called++
      await delay(everyMs)
    }
  })
  await Promise.all(calling)
  t.measure(`engines gone for ${goneMs / 60_000} minutes`, `${called} calls, ${failed.length} failed`)
  if (failed.length > 0) throw new Error(`calls failed: ${failed.slice(0, 3).join('; ')}`)
  const during = (await fleet.status('web')).runs.map(({ pid }) => pid).sort()
  if (during.join() !== before.join()) throw new Error(`runs were ${before}, and are ${during}: a pod stopped`)
  await fleet.mend()
  const backMs = performance.now()
  await fleet.whole()
  t.measure('engines back, until all is whole', `${((performance.now() - backMs) / 1000).toFixed(1)} s`)
  const after = (await fleet.status('web')).runs.map(({ pid }) => pid).sort()
  if (after.join() !== before.join()) throw new Error(`runs were ${before}, and are ${after}: they were begun anew`)
  fleet.checkAlone()
}
