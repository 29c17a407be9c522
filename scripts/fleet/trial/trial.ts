// What a case of faults gets: chance that can be replayed, engines or a whole fleet, and a place for what it measures. All that it opens ends with it.

import { scratch } from '../../../test/scratch.ts'
import type { Chance } from '../../chaos/seed.ts'
import { Engines } from './engines.ts'
import { type FleetOptions, TrialFleet } from './fleet.ts'
import { Proxies } from './proxies.ts'

/** A file of `scripts/fleet/faults`, called by the number of the case and what it is. */
export type FaultCase = {
  /** What holds, as a sentence. */
  title: string
  /** How long it may take, on a machine that has much else to do. */
  boundMs: number
  /** Throws where it does not hold, and `Impossible` where this machine cannot try it. */
  run: (t: Trial) => Promise<void>
}

export class Trial implements AsyncDisposable {
  readonly chance: Chance
  /** What was measured, by what it is. */
  readonly measured: [string, string][] = []
  /** What takes ten minutes is to take one. */
  readonly isQuick: boolean
  #useProxies: boolean
  #opened: (() => Promise<void> | void)[] = []

  constructor(chance: Chance, { useProxies = false, isQuick = false } = {}) {
    this.isQuick = isQuick
    this.chance = chance
    this.#useProxies = useProxies
  }

  /** Tells whoever watches what is being done. */
  say(text: string): void {
    process.stdout.write(`  ${new Date().toISOString().slice(11, 19)} ${text}\n`)
  }

  measure(what: string, value: string): void {
    this.measured.push([what, value])
    this.say(`${what}: ${value}`)
  }

  /** A fleet of hosts a, b, c and engines n1, n2, n3, all of them up. */
  async fleet(options: FleetOptions = {}): Promise<TrialFleet> {
    const fleet = await TrialFleet.open({ useProxies: this.#useProxies, ...options })
    this.#opened.push(async () => await fleet.close())
    return fleet
  }

  /** Engines alone, which this process can reach. @returns them with their URLs, in the order of their names */
  async engines({ diskMb }: { diskMb?: number } = {}): Promise<{ engines: Engines; urls: string[] }> {
    const held = scratch()
    const names = ['n1', 'n2', 'n3']
    const network = await Proxies.open({ hosts: [], engines: names })
    this.#opened.push(() => held[Symbol.dispose]())
    const engines = await Engines.open({ dir: held.dir, network, names, diskMb })
    this.#opened.push(async () => await engines.close())
    const urls = await Promise.all(names.map(async name => `nats://127.0.0.1:${(await network.engine(name)).port}`))
    await engines.ready(urls)
    return { engines, urls }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#opened.reverse()) await close()
  }
}
