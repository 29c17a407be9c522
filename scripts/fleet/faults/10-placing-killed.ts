// Whoever places is killed while a host is drained, at every moment of it: all is as it is wanted in the end; a pod that is moved is never away, and
// one that is exclusive never twice.
import { setTimeout as delay } from 'node:timers/promises'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title = 'a drain during which its placer is killed ends as it is wanted, with none too few and none twice'
export const boundMs = 600_000

const moments = [0, 30, 60, 100, 150, 200, 300, 400, 600, 900]

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  // The first by name places.
  const [placer, ...others] = fleet.hosts as [FleetHost, ...FleetHost[]]
  await fleet.start('only', { exclusive: true })
  await fleet.start('one', { scale: 1 }, { params: { resource: fleet.resource.path } })
  await placer.ok('fleet', 'cordon', placer.name)
  for (const ms of moments) {
    await fleet.whole()
    const [place = ''] = await fleet.places('one')
    const gaps = fleet.resource.gaps('one').length
    const asked = others.find(host => host.name !== place) ?? placer
    const drained = asked.ok('fleet', 'drain', place)
    await delay(ms + t.chance.between(0, 50))
    await placer.killFleetPod()
    await drained
    await asked.ok('fleet', 'uncordon', place)
    await fleet.whole()
    for (const name of ['one', 'only']) {
      const places = await fleet.places(name)
      if (places.length !== 1) throw new Error(`${name} has ${places.length} runs: ${places}`)
    }
    const away = fleet.resource.gaps('one').slice(gaps)
    if (away.length !== 1 || away.some(gapMs => gapMs > 0))
      throw new Error(`"one" was to move once, and never to be away: ${away.map(Math.round)} ms`)
    fleet.checkAlone(['only'])
  }
  t.measure('drains with the placer killed', `${moments.length}: each ended, nothing was away, nothing lived twice`)
}
