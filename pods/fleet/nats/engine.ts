// The engine of a fleet of several hosts: NATS with JetStream. This host is one client of it.
import type { KV } from '@nats-io/kv'
import type { ObjectStore } from '@nats-io/obj'
import type { BlobPort, BusPort, Engine, EngineInfo, StatePort } from '../port/ports.ts'
import { NatsBlobs, openStore } from './blobs.ts'
import { NatsBus } from './bus.ts'
import { NatsLink, type NatsSettings } from './link.ts'
import { NatsState, openBucket } from './state.ts'

export class NatsEngine implements Engine {
  readonly state: StatePort
  readonly bus: BusPort
  readonly blobs: BlobPort
  #link: NatsLink
  #kv: KV | undefined
  #store: ObjectStore | undefined
  #opening: Promise<void> | undefined

  constructor(settings: NatsSettings) {
    const { fleet, replicas } = settings
    this.#link = new NatsLink(settings, async connection => {
      this.#kv = await openBucket(connection, `p8a-${fleet}-state`, replicas)
      this.#store = await openStore(connection, `p8a-${fleet}-blobs`, replicas)
    })
    this.state = new NatsState(this.#link, () => (this.#link.isUp ? this.#kv : undefined))
    this.bus = new NatsBus(this.#link, `p8a.${fleet}.`)
    this.blobs = new NatsBlobs(this.#link, () => (this.#link.isUp ? this.#store : undefined))
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

  info(): EngineInfo {
    const { connection, settings } = this.#link
    return {
      kind: 'nats',
      version: connection?.info?.version ?? '',
      replicas: settings.replicas,
      address: settings.servers.join(','),
    }
  }

  async close(): Promise<void> {
    await this.#link.close()
  }
}
