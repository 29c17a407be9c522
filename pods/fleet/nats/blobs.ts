// The bytes of a fleet in an object store of JetStream, each object named by its sha256.
import { type ObjectStore, Objm, StorageType, setSha256Backend } from '@nats-io/obj'
import type { NatsConnection } from '@nats-io/transport-node'
import { type BlobPort, done, failed, type Outcome } from '../port/ports.ts'
import { outcomeOf } from './failures.ts'
import type { NatsLink } from './link.ts'

/** Larger parts would hold up the messages of others on the same server. */
const partBytes = 128 * 1024

/** Opens the store, or makes it if `makes`. */
export async function openStore(
  connection: NatsConnection,
  name: string,
  { replicas, makes }: { replicas: number; makes: boolean },
): Promise<ObjectStore> {
  setSha256Backend('native')
  const stores = new Objm(connection)
  return makes ? await stores.create(name, { replicas, storage: StorageType.File }) : await stores.open(name)
}

export class NatsBlobs implements BlobPort {
  #link: NatsLink
  #store: () => ObjectStore | undefined

  constructor(link: NatsLink, store: () => ObjectStore | undefined) {
    this.#link = link
    this.#store = store
  }

  async has(sha256: string): Promise<Outcome<boolean>> {
    return await this.#ask(async store => {
      const info = await store.info(sha256)
      return info !== null && !info.deleted
    })
  }

  async put(sha256: string, source: AsyncIterable<Uint8Array>): Promise<Outcome<void>> {
    return await this.#ask(async store => {
      const meta = { name: sha256, options: { max_chunk_size: partBytes } }
      await store.put(meta, ReadableStream.from(source), { timeout: this.#link.timeoutMs })
    })
  }

  async open(sha256: string): Promise<Outcome<AsyncIterable<Uint8Array> | undefined>> {
    return await this.#ask(async store => {
      const found = await store.get(sha256)
      return found ? parts(found.data, found.error) : undefined
    })
  }

  async drop(sha256: string): Promise<Outcome<void>> {
    return await this.#ask(async store => {
      if (await store.info(sha256)) await store.delete(sha256)
    })
  }

  async #ask<T>(work: (store: ObjectStore) => Promise<T>): Promise<Outcome<T>> {
    const store = this.#store()
    if (!store) return failed('unavailable', `The engine is away: ${this.#link.problem}`)
    return await work(store).then(done, outcomeOf)
  }
}

async function* parts(data: ReadableStream<Uint8Array>, error: Promise<Error | null>): AsyncGenerator<Uint8Array> {
  yield* data
  const failure = await error
  if (failure) throw failure
}
