// Requests a second of each pod, from what gateways have counted: the difference between two looks.
import { keyOf } from '../../protocol/changes.ts'
import { joinPath } from '../../protocol/names.ts'
import type { Clock } from '../system/clock.ts'
import type { Work } from './work-metrics.ts'

/** Under this name a gateway counts what was for no pod. */
const nobody = '-'

/** What a gateway had counted, by pod, and when. */
type Before = { atMs: number; totals: ReadonlyMap<string, number> }

export class RequestRates {
  #gateways: () => Promise<Work['gateways']>
  #clock: Pick<Clock, 'nowMs'>
  #before = new Map<string, Before>()

  constructor(gateways: () => Promise<Work['gateways']>, clock: Pick<Clock, 'nowMs'>) {
    this.#gateways = gateways
    this.#clock = clock
  }

  /** By pod as {@link keyOf} has it, since the last look; a gateway that did not answer then, or does not now, tells of none. */
  async look(): Promise<ReadonlyMap<string, number>> {
    const gateways = await this.#gateways()
    const atMs = this.#clock.nowMs()
    const rates = new Map<string, number>()
    const now = gateways.map(({ path, name, pods }): [string, Before] => {
      const ofPods = pods.filter(([pod]) => pod !== nobody)
      const totals = new Map(ofPods.map(([pod, { statuses }]) => [podKey(path, pod), totalOf(statuses)]))
      return [joinPath(path, name), { atMs, totals }]
    })
    for (const [gateway, { totals }] of now) {
      const before = this.#before.get(gateway)
      const seconds = before && (atMs - before.atMs) / 1000
      if (!seconds || seconds <= 0) continue
      for (const [pod, total] of totals) {
        // Counters begin anew with a run of a gateway.
        const more = Math.max(0, total - (before.totals.get(pod) ?? 0))
        rates.set(pod, (rates.get(pod) ?? 0) + more / seconds)
      }
    }
    this.#before = new Map(now)
    return rates
  }
}

/** @param full the name by which a gateway at this path calls a pod: `web`, or `lab.web` in a host within */
function podKey(path: string, full: string): string {
  const names = full.split('.')
  const name = names.pop() ?? ''
  return keyOf({ path: names.reduce(joinPath, path), name })
}

function totalOf(statuses: Readonly<Record<string, number>>): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0)
}
