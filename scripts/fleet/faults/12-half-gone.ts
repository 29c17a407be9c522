// Half of the hosts are gone at once: nothing is moved, and the fleet says why; those that are gone for good are forgotten.
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../test/until.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'where half of the hosts are gone at once, nothing is moved to the others, until they are forgotten'
export const boundMs = 400_000

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet({ hosts: 4 })
  const [a, b, c, d] = fleet.hosts as [FleetHost, FleetHost, FleetHost, FleetHost]
  await fleet.start('web', { scale: 8 })
  await fleet.whole()
  await Promise.all([c.powerOff(), d.powerOff()])
  const gone = await until(async () => {
    const { hosts, problem } = await a.fleet()
    return hosts.filter(({ status }) => status === 'gone').length === 2 && problem !== '' && problem
  }, 'two of four are gone, and it is told')
  t.measure('what is told', gone)
  // Long enough for anything that would be moved.
  await delay(fleet.times.deadMs * 3)
  for (const host of [a, b]) {
    const runs = (await fleet.places('web', a)).filter(place => place === host.name).length
    if (runs !== 2) throw new Error(`host ${host.name} has ${runs} runs: those of the lost hosts were moved`)
  }
  await fleet.mend()
  await fleet.whole()
  await Promise.all([c.powerOff(), d.powerOff()])
  await until(async () => (await a.fleet()).hosts.filter(({ status }) => status === 'gone').length === 2, 'gone again')
  for (const host of [c, d]) await a.ok('fleet', 'forget', host.name)
  const begunMs = performance.now()
  await fleet.whole()
  t.measure('both forgotten, all up on the others after', `${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
}
