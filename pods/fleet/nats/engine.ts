// The engine of a fleet of several hosts: NATS with JetStream. This host is one client of it.
import type { KV } from '@nats-io/kv'
import type { BlobPort, BusPort, Engine, EngineInfo, StatePort } from '../port/ports.ts'
import { busPrefix, imagesOf, stateOf } from '../security/rights.ts'
import { NatsBlobs, openStore, type Store } from './blobs.ts'
import { NatsBus } from './bus.ts'
import { refused } from './failures.ts'
import { NatsLink, type NatsSettings } from './link.ts'
import { NatsState, openBucket } from './state.ts'
import { Sweeping } from './sweeping.ts'

export class NatsEngine implements Engine {
  readonly state: StatePort
  readonly bus: BusPort
  readonly blobs: BlobPort
  /** What only keepers know the name of. */
  readonly hidden: StatePort
  #link: NatsLink
  #kv: KV | undefined
  #store: Store | undefined
  #hidden: KV | undefined
  #opening: Promise<void> | undefined
  #sweeping: Sweeping

  constructor(settings: NatsSettings) {
    const { fleet, host, replicas, makes = true, credential, hidden } = settings
    const isGuarded = credential !== undefined
    this.#link = new NatsLink(settings, async connection => {
      this.#kv = await openBucket(connection, stateOf(fleet), { replicas, makes, isGuarded })
      if (hidden !== undefined) this.#hidden = await openBucket(connection, hidden, { replicas, makes, isGuarded })
      this.#store = await openStore(connection, imagesOf(fleet), { replicas, makes })
    })
    this.state = new NatsState(this.#link, () => (this.#link.isUp ? this.#kv : undefined))
    this.bus = new NatsBus(this.#link, busPrefix(fleet))
    this.hidden = new NatsState(this.#link, () => (this.#link.isUp ? this.#hidden : undefined))
    this.#sweeping = new Sweeping(imagesOf(fleet))
    this.blobs = new NatsBlobs({
      ...{ link: this.#link, name: imagesOf(fleet), host, trustsOthers: !isGuarded },
      store: () => (this.#link.isUp ? this.#store : undefined),
    })
  }

  async open(): Promise<void> {
    this.#opening ??= this.#link.open()
    await this.#opening
  }

  get isUp(): boolean {
    return this.#link.isUp
  }

  get problem(): string {
    return this.#link.problem
  }

  get isRefused(): boolean {
    return this.#link.problem === refused
  }

  get seenAs(): string {
    return this.#link.connection?.info?.client_ip ?? ''
  }

  get denied(): readonly string[] {
    return this.#link.denied
  }

  /** Each time that the engine is there. */
  onUp(listener: () => void): void {
    this.#link.events.addEventListener('up', listener)
  }

  /** @returns once it is there, or the time is over: it is tried again and again */
  async upWithin(mostMs: number): Promise<void> {
    if (this.isUp) return
    const time = AbortSignal.timeout(mostMs)
    await new Promise<void>(resolve => {
      this.#link.events.addEventListener('up', () => resolve(), { signal: time })
      time.addEventListener('abort', () => resolve())
    })
  }

  /** From now on it looks for the engine at these addresses, where the connection is lost that it has. */
  use({ servers, replicas }: Pick<NatsSettings, 'servers' | 'replicas'>): void {
    this.#link.settings = { ...this.#link.settings, servers, replicas }
  }

  info(): EngineInfo {
    const { connection, settings } = this.#link
    return {
      kind: 'nats',
      version: connection?.info?.version ?? '',
      replicas: settings.replicas,
      address: settings.servers.join(','),
    }
  }

  /**
   * Removes what uploads have left that were broken off, for whoever may.
   * @param afterMs how long nothing has come to them, as seen here
   * @returns how many
   */
  async sweep(nowMs: number, afterMs: number): Promise<number> {
    return this.#store && this.isUp ? await this.#sweeping.sweep(this.#store, { nowMs, afterMs }) : 0
  }

  async close(): Promise<void> {
    await this.#link.close()
  }
}
