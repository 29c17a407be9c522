// The bytes of a fleet in a stream of JetStream, each part under a subject that the engine lets nobody write again: so that no host can take away, or
// change, what another one has put there, nor what itself has. Whoever has put something is named by its subject, and a host writes under its own
// name alone.
import {
  DiscardPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import * as v from 'valibot'
import { patiently } from '../patiently.ts'
import { type BlobPort, done, failed, type Outcome } from '../port/ports.ts'
import { newId } from '../settings.ts'
import { isLeaderless, isMissing, outcomeOf } from './failures.ts'
import type { NatsLink } from './link.ts'

/** Larger parts would hold up the messages of others on the same server. */
const partBytes = 128 * 1024

/** How many parts are sent, or asked for, at once. */
const partsAtOnce = 8
/** How often in a row nothing may come of an attempt to read a part. */
const mostStalls = 5

export type Store = { client: JetStreamClient; manager: JetStreamManager }

/** The last message of what was put: without it, it is not there. */
export const endName = 'end'
const endSchema = v.object({ v: v.literal(1), parts: v.number() })

/** @returns undefined if it is none, as that of one which was swept: sweeping.ts */
export function readEnd(text: string): { parts: number } | undefined {
  const read = v.safeParse(endSchema, parsed(text))
  return read.success ? read.output : undefined
}

/** Opens the store, or makes it if `makes`. */
export async function openStore(
  connection: NatsConnection,
  name: string,
  { replicas, makes }: { replicas: number; makes: boolean },
): Promise<Store> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  await manager.streams.info(name).catch(async error => {
    if (!makes || !isMissing(error)) throw error
    await manager.streams.add({
      ...{ name, subjects: [`${name}.>`], storage: StorageType.File, num_replicas: replicas },
      // A subject that has a message takes no other one.
      ...{ max_msgs_per_subject: 1, discard: DiscardPolicy.New, discard_new_per_subject: true },
      ...{ allow_direct: false, allow_rollup_hdrs: false, deny_delete: true },
    })
  })
  return { client: jetstream(connection), manager }
}

export type NatsBlobsOptions = {
  link: NatsLink
  store: () => Store | undefined
  /** Of the stream. */
  name: string
  /** In whose name it puts. */
  host: string
  /** Whether what others have put is taken for what they say that it is, so that it is not put again. */
  trustsOthers: boolean
}

export class NatsBlobs implements BlobPort {
  #options: NatsBlobsOptions

  constructor(options: NatsBlobsOptions) {
    this.#options = options
  }

  async has(sha256: string): Promise<Outcome<boolean>> {
    const { trustsOthers, host } = this.#options
    return await this.#ask(async store => (await this.#find(store, sha256, trustsOthers ? '*' : host)) !== undefined)
  }

  async put(sha256: string, source: AsyncIterable<Uint8Array>): Promise<Outcome<void>> {
    const { name, host, link } = this.#options
    return await this.#ask(async ({ client }) => {
      // One that was broken off before has taken its own subjects.
      const prefix = `${name}.${host}.${sha256}.${newId()}`
      const options = { timeout: link.timeoutMs }
      const publish = async (name: string, part: Uint8Array | string) =>
        await this.#patiently(async () => await client.publish(`${prefix}.${name}`, part, options))
      let parts = 0
      const going: Promise<unknown>[] = []
      for await (const part of inParts(source)) {
        const sent = publish(String(parts++), part)
        // It is told once it is its turn.
        sent.catch(() => {})
        going.push(sent)
        // By its first part an upload is known to whoever sweeps: none begins without it.
        if (parts === 1 || going.length === partsAtOnce) await going.shift()
      }
      await Promise.all(going)
      await publish(endName, JSON.stringify({ v: 1, parts }))
    })
  }

  async open(sha256: string, skipped = 0): Promise<Outcome<AsyncIterable<Uint8Array> | undefined>> {
    return await this.#ask(async store => {
      const found = await this.#find(store, sha256, '*', skipped)
      if (!found) return undefined
      return partsOf(found, async subject => await this.#part(store, subject))
    })
  }

  /** @param by a host, or `*` */
  async #find({ manager }: Store, sha256: string, by: string, skipped = 0): Promise<Found | undefined> {
    const { name } = this.#options
    let left = skipped
    for (let seq = 1; ; ) {
      // The library does not name it: the first of these subjects from that number on.
      const query = { seq, next_by_subj: `${name}.${by}.${sha256}.*.${endName}` }
      const message = await this.#patiently(async () => await manager.streams.getMessage(name, query)).catch(error => {
        if (isMissing(error)) return null
        throw error
      })
      if (!message) return undefined
      seq = message.seq + 1
      const end = readEnd(message.string())
      if (end && left-- === 0) return { prefix: message.subject.slice(0, -`.${endName}`.length), parts: end.parts }
    }
  }

  /** An answer may be lost on its way: then it is asked for again. */
  async #part({ manager }: Store, subject: string): Promise<Uint8Array> {
    const { name } = this.#options
    for (let stalls = 1; ; stalls++) {
      try {
        const message = await this.#patiently(
          async () => await manager.streams.getMessage(name, { last_by_subj: subject }),
        )
        if (message) return message.data
      } catch (error) {
        if (!isMissing(error as object)) {
          if (stalls === mostStalls) throw new Error(`The engine broke off in ${subject}`, { cause: error })
          continue
        }
      }
      throw new Error(`The engine has lost a part of the image (${subject}): push it again`)
    }
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    return await patiently(work, { isPassing: isLeaderless, forMs: this.#options.link.timeoutMs })
  }

  async #ask<T>(work: (store: Store) => Promise<T>): Promise<Outcome<T>> {
    const { store, link } = this.#options
    const opened = store()
    if (!opened) return failed('unavailable', `The engine is away: ${link.problem}`)
    return await work(opened).then(done, outcomeOf)
  }
}

type Found = { prefix: string; parts: number }

/** What the engine pushes by itself may be more than its server lets wait for a host, which is cut off then: so a host asks for few parts at once. */
async function* partsOf({ prefix, parts }: Found, part: (subject: string) => Promise<Uint8Array>) {
  const coming: Promise<Uint8Array>[] = []
  for (let next = 0; next < parts || coming.length > 0; ) {
    for (; next < parts && coming.length < partsAtOnce; next++) {
      const asked = part(`${prefix}.${next}`)
      // It is told once it is its turn.
      asked.catch(() => {})
      coming.push(asked)
    }
    yield (await coming.shift()) as Uint8Array
  }
}

async function* inParts(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting = Buffer.alloc(0)
  for await (const bytes of source) {
    waiting = Buffer.concat([waiting, bytes])
    for (; waiting.byteLength >= partBytes; waiting = waiting.subarray(partBytes)) yield waiting.subarray(0, partBytes)
  }
  if (waiting.byteLength > 0) yield waiting
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
