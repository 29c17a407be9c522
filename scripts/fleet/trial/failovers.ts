// How long it takes until what is exclusive lives elsewhere, after its host has lost its power, with the times that are usual.
import { until } from '../../../test/until.ts'
import type { TrialFleet } from './fleet.ts'
import type { FleetHost } from './host.ts'
import type { FaultCase, Trial } from './trial.ts'

const failoverMs = 120_000
const beginMs = 300_000
/** The aim, of 99 in 100. */
const aimMs = 10_000

const pods = ['only-1', 'only-2', 'only-3', 'only-4']

export function failovers(count: number): FaultCase {
  return {
    title: `${count} hosts without power, one after the other: what was exclusive there lives elsewhere within ${aimMs / 1000} s`,
    boundMs: beginMs + count * failoverMs,
    run: async t => await measure(t, count),
  }
}

async function measure(t: Trial, count: number): Promise<void> {
  const fleet = await t.fleet({ params: {} })
  for (const name of pods) await fleet.start(name, { exclusive: true })
  const tookMs: number[] = []
  try {
    while (tookMs.length < count) {
      await fleet.whole()
      const at = await until(async () => await placesByPod(fleet), 'each pod is known to be where it lives')
      const place = at.get(t.chance.pick(pods)) ?? ''
      const host = fleet.host(place)
      const other = fleet.hosts.find(one => one !== host) as FleetHost
      const there = pods.filter(name => at.get(name) === place)
      const before = new Map(there.map(name => [name, fleet.resource.holder(name)]))
      const offMs = Number(process.hrtime.bigint()) / 1e6
      await host.powerOff()
      await until(
        () => there.every(name => fleet.resource.holder(name) !== before.get(name)),
        'what was there lives elsewhere',
      ).catch(async error => {
        // What the others know says more than that it took too long.
        const pods = await Promise.all(there.map(async name => await fleet.status(name, other)))
        const known = {
          fleet: await other.fleet(),
          pods: pods.map(({ name, status, text, runs }) => ({ name, status, text, runs })),
        }
        throw new Error(`${error.message}: host ${place} is off, ${[...before]} was there: ${JSON.stringify(known)}`)
      })
      const ms = Math.max(...there.map(name => fleet.resource.begunMs(name) - offMs))
      tookMs.push(ms)
      await fleet.mend()
      await fleet.whole({ at: other })
      fleet.checkAlone()
      fleet.resource.forget()
      t.say(`failover ${tookMs.length}: ${there.length} pods of host ${place} after ${(ms / 1000).toFixed(1)} s`)
    }
  } finally {
    const sorted = tookMs.sort((a, b) => a - b)
    const of = (share: number) => `${((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) / 1000).toFixed(2)} s`
    t.measure(
      `${sorted.length} failovers`,
      `least ${of(0.001)}, p50 ${of(0.5)}, p90 ${of(0.9)}, p99 ${of(0.99)}, most ${of(1)}`,
    )
  }
  const p99Ms = tookMs[Math.ceil(count * 0.99) - 1] ?? 0
  if (p99Ms > aimMs) throw new Error(`99 of 100 took up to ${Math.round(p99Ms)} ms`)
}

/** Where each lives; undefined while a host that came back just now is still said to be where one of them lives. */
async function placesByPod(fleet: TrialFleet): Promise<Map<string, string> | undefined> {
  const places = new Map<string, string>()
  for (const name of pods) {
    const [run, ...others] = (await fleet.status(name)).runs
    if (!run || others.length > 0 || run.pid !== fleet.resource.holder(name)) return undefined
    places.set(name, run.id.split('.')[0] ?? '')
  }
  return places
}
