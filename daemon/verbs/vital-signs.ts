// How the processes of runs are, as they say themselves when they are asked: heap and event loop. One that does not answer in time is
// left out, and is not asked again before it has answered.
import type { Vitals } from '../../protocol/link.ts'
import { isWithin } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { ShimPeer } from '../system/shims.ts'
import type { Hosts } from '../tree/hosts.ts'

export type VitalsOfRun = Vitals & { path: string; name: string; slot: number }

/** A scrape waits so long for a run that is busy. */
const patienceMs = 500

export class VitalSigns {
  #hosts: Pick<Hosts, 'root' | 'all'>
  #patienceMs: number
  #asked = new WeakMap<ShimPeer, Promise<Vitals | undefined>>()

  constructor(hosts: Pick<Hosts, 'root' | 'all'>, patience = patienceMs) {
    this.#hosts = hosts
    this.#patienceMs = patience
  }

  /** Those of the services of the host at this path and of the hosts within it. */
  async of(path: string): Promise<VitalsOfRun[]> {
    const told: VitalsOfRun[] = []
    const asked = [this.#hosts.root, ...this.#hosts.all()]
      .filter(place => isWithin(path, place.path))
      .flatMap(place => place.pods.all().map(({ supervisor }) => ({ path: place.path, supervisor })))
      .flatMap(({ path, supervisor: { name, runs } }) =>
        [...runs.values()].map(async live => {
          const vitals = await this.#ask(live)
          if (vitals) told.push({ path, name, slot: live.slot, ...vitals })
        }),
      )
    const { promise, resolve } = Promise.withResolvers<void>()
    const late = setTimeout(resolve, this.#patienceMs)
    await Promise.race([Promise.all(asked), promise]).finally(() => clearTimeout(late))
    // What comes later is nobody's.
    return [...told]
  }

  async #ask({ peer }: LiveRun): Promise<Vitals | undefined> {
    if (!peer) return undefined
    const asking = this.#asked.get(peer) ?? ask(peer).finally(() => this.#asked.delete(peer))
    this.#asked.set(peer, asking)
    return await asking
  }
}

/** A run may be of an earlier version, may end meanwhile, and may say anything. */
async function ask(peer: ShimPeer): Promise<Vitals | undefined> {
  const { heapUsed, lag, log } = (await peer.request('vitals', {}).catch(() => undefined)) ?? {}
  if (!isFigure(heapUsed)) return undefined
  const isWhole = isFigure(lag?.p50) && isFigure(lag.p99)
  const isLog = [log?.lines, log?.bytes, log?.lost].every(isFigure)
  return {
    heapUsed,
    ...(isWhole && lag && { lag: { p50: lag.p50, p99: lag.p99 } }),
    ...(isLog && log && { log: { lines: log.lines, bytes: log.bytes, lost: log.lost } }),
  }
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
