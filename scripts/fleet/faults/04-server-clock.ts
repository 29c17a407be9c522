// The clock of a server jumps by an hour, forward and back, that of the one that leads first: nothing exclusive is lost or lives twice, nothing is begun
// anew, and changes are made meanwhile.
import { until } from '../../../test/until.ts'
import { askEngine } from '../trial/ask-engine.ts'
import type { TrialFleet } from '../trial/fleet.ts'
import { setServerClock } from '../trial/server-clock.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'while the clock of a server is an hour off nothing is begun anew, and nothing exclusive is lost or lives twice'
export const boundMs = 400_000

const hourMs = 3_600_000

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  await fleet.start('web', { scale: 3 })
  await fleet.start('only', { exclusive: true })
  await fleet.whole()
  const holder = fleet.resource.holder('only')
  for (const offMs of [hourMs, -hourMs]) {
    const { leader } = await askEngine(fleet)
    for (const name of [leader, ...fleet.engines.names.filter(one => one !== leader)]) {
      await setServerClock(fleet.engines.pid(name), offMs)
      if (name === leader) await until(async () => await isOff(fleet, { leader, offMs }), 'the engine tells that time')
      // Each change is written by whoever leads, and acknowledged by most of them.
      for (const scale of [2, 3]) {
        await fleet.hosts[0]?.ask('pod.scale', { name: 'web', scale, path: 'fleet' })
        await fleet.whole()
      }
      t.say(`${name} ${offMs / hourMs} h off${name === leader ? ', which leads' : ''}`)
      await setServerClock(fleet.engines.pid(name), 0)
      await fleet.whole()
      fleet.checkAlone()
      if (fleet.resource.holder('only') !== holder)
        throw new Error(`what is exclusive was begun anew: ${name}, ${offMs} ms`)
    }
  }
}

/** Whether the engine tells that time of day, or has another leader by now. */
async function isOff(fleet: TrialFleet, { leader, offMs }: { leader: string; offMs: number }): Promise<boolean> {
  const now = await askEngine(fleet)
  return now.leader !== leader || Math.abs(now.atMs - Date.now() - offMs) < hourMs / 2
}
