// What the status of a pod of the fleet tells a gateway of this host: its routes, and where it is reached.
import { type PartAt, type RouteTold, routesAt, type Way, wayTo } from '../decide/way.ts'
import type { Tables } from './tables.ts'
import type { Ways, WaysOptions } from './ways.ts'

export type ReachingOptions = Omit<WaysOptions, 'partsOf'> & {
  tables: Pick<Tables, 'hostsWith'>
  /** Whether it tells where other hosts connect to it; of this host, whether it listens there. */
  isDirect: (host: string) => boolean
}

/** As members of a status; `elsewhere`: other hosts have it, or had it when they were heard of last. */
export type Told = { config?: { route: RouteTold[] }; ports?: readonly object[]; elsewhere?: Way }

export class Reaching {
  #options: ReachingOptions
  #ways: Promise<Ways> | undefined
  #isClosed = false

  constructor(options: ReachingOptions) {
    this.#options = options
  }

  /** Undefined where there is nothing to tell. */
  of(pod: string): Told | Promise<Told> | undefined {
    const { host, here } = this.#options
    const others = this.#partsOf(pod).filter(part => part.host !== host && part.part.routes !== undefined)
    if (others.length > 0) return this.#elsewhere(pod, others)
    const ports = here(pod)?.ports
    return ports && { ports }
  }

  isDirect(host: string): boolean {
    return this.#options.isDirect(host)
  }

  /** @returns once its sockets are closed */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#ways?.then(ways => ways.close())
  }

  async #elsewhere(pod: string, others: PartAt[]): Promise<Told> {
    const { host, isDirect } = this.#options
    const config = { route: routesAt(others) }
    const elsewhere = wayTo(others, { isDirect: isDirect(host) })
    if (elsewhere.problem !== undefined || this.#isClosed) return { config, elsewhere }
    try {
      const path = await (await this.#loaded()).to(pod)
      return { config, elsewhere, ports: [{ name: 'http', path, address: path }] }
    } catch (error) {
      return { config, elsewhere: { up: 0, problem: (error as Error).message } }
    }
  }

  /** Most hosts need no ways. */
  async #loaded(): Promise<Ways> {
    this.#ways ??= import('./ways.ts').then(
      ({ Ways }) => new Ways({ ...this.#options, partsOf: pod => this.#partsOf(pod) }),
    )
    return await this.#ways
  }

  #partsOf(pod: string): PartAt[] {
    const { tables, isAlive, isDirect } = this.#options
    return tables.hostsWith(pod).flatMap(({ name: host, pods }) => {
      const part = pods[pod]
      return part ? [{ host, part, isAlive: isAlive(host), isDirect: isDirect(host) }] : []
    })
  }
}
