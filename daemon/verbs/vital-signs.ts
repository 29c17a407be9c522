// How the processes of runs are, as they say themselves when they are asked: heap and event loop. One that does not answer in time is
// left out, and is not asked again before it has answered.
import type { Named } from '../../protocol/changes.ts'
import type { Vitals } from '../../protocol/link.ts'
import { type Lag, resolutions } from '../../protocol/loop-lag.ts'
import { isWithin } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { Clock } from '../system/clock.ts'
import type { ShimPeer } from '../system/shims.ts'
import type { Hosts } from '../tree/hosts.ts'
import { type LagAsker, LagSeen } from './lag-seen.ts'

export type VitalsOfRun = Vitals & { path: string; name: string; slot: number }

export type VitalSignsOptions = {
  hosts: Pick<Hosts, 'root' | 'all'>
  clock: Pick<Clock, 'nowMs'>
  /** Whoever asks waits so long for a run that is busy, in ms. Default: 500. */
  patienceMs?: number
}

type Known = { asking?: Promise<Vitals | undefined> | undefined; lag: LagSeen }

/** A scrape waits so long for a run that is busy. */
const usualPatienceMs = 500
/** A run that begins to measure its event loop has looked at it so often by then that it can tell. */
const firstLooksMs = 4 * resolutions.runMs

export class VitalSigns {
  #hosts: Pick<Hosts, 'root' | 'all'>
  #clock: Pick<Clock, 'nowMs'>
  #patienceMs: number
  #known = new WeakMap<ShimPeer, Known>()

  constructor({ hosts, clock, patienceMs = usualPatienceMs }: VitalSignsOptions) {
    this.#hosts = hosts
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  /** Those of the services of the host at this path and of the hosts within it, or of some of these pods. */
  async of(path: string, asker: LagAsker, isMeant: (pod: Named) => boolean = () => true): Promise<VitalsOfRun[]> {
    const runs = [this.#hosts.root, ...this.#hosts.all()]
      .filter(place => isWithin(path, place.path))
      .flatMap(place => place.pods.all().map(({ supervisor }) => ({ path: place.path, supervisor })))
      .filter(({ path, supervisor: { name } }) => isMeant({ path, name }))
      .flatMap(({ path, supervisor: { name, runs } }) => [...runs.values()].map(live => ({ path, name, live })))
    const told = await this.#ask(
      runs.map(({ live }) => live),
      asker,
    )
    return runs.flatMap(({ path, name, live }) => {
      const vitals = told.get(live)
      return vitals ? [{ path, name, slot: live.slot, ...vitals }] : []
    })
  }

  /** The lag of the event loops of these; of one that is asked for the first time, of the moment that this takes. */
  async lagOf(runs: readonly LiveRun[]): Promise<ReadonlyMap<LiveRun, Lag>> {
    const first = await this.#ask(runs, 'status')
    const begun = runs.filter(run => first.has(run) && first.get(run)?.lag === undefined)
    if (begun.length > 0) await new Promise(resolve => setTimeout(resolve, firstLooksMs))
    const second = await this.#ask(begun, 'status')
    return new Map([...first, ...second].flatMap(([run, { lag }]) => (lag ? [[run, lag]] : [])))
  }

  async #ask(runs: readonly LiveRun[], asker: LagAsker): Promise<ReadonlyMap<LiveRun, Vitals>> {
    if (runs.length === 0) return new Map()
    const told = new Map<LiveRun, Vitals>()
    const asked = runs.map(async run => {
      const vitals = await this.#one(run, asker)
      if (vitals) told.set(run, vitals)
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    const late = setTimeout(resolve, this.#patienceMs)
    await Promise.race([Promise.all(asked), promise]).finally(() => clearTimeout(late))
    // What comes later is nobody's.
    return new Map(told)
  }

  async #one({ peer }: LiveRun, asker: LagAsker): Promise<Vitals | undefined> {
    if (!peer) return undefined
    const known: Known = this.#known.get(peer) ?? { lag: new LagSeen() }
    this.#known.set(peer, known)
    known.asking ??= this.#tell(peer, known)
    const vitals = await known.asking
    if (!vitals) return undefined
    // Two who ask at the same moment are told the same.
    const lag = known.lag.take(asker, this.#clock.nowMs()) ?? vitals.lag
    return { ...vitals, ...(lag && { lag }) }
  }

  async #tell(peer: ShimPeer, known: Known): Promise<Vitals | undefined> {
    const vitals = await ask(peer)
    known.asking = undefined
    if (vitals?.lag) known.lag.note(vitals.lag, this.#clock.nowMs())
    return vitals
  }
}

/** A run may be of an earlier version, may end meanwhile, and may say anything. */
async function ask(peer: ShimPeer): Promise<Vitals | undefined> {
  const { heapUsed, lag, log, connections } = (await peer.request('vitals', {}).catch(() => undefined)) ?? {}
  if (!isFigure(heapUsed)) return undefined
  const isWhole = isFigure(lag?.p50) && isFigure(lag.p99)
  const isLog = [log?.lines, log?.bytes, log?.lost].every(isFigure)
  return {
    heapUsed,
    ...(isWhole && lag && { lag: { p50: lag.p50, p99: lag.p99 } }),
    ...(isLog && log && { log: { lines: log.lines, bytes: log.bytes, lost: log.lost } }),
    ...(isFigure(connections) && { connections }),
  }
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
