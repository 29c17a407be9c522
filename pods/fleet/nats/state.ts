// The values of a fleet in a bucket of JetStream. Reads go to the leader of its stream, so that they are as new as can be; how they are watched is in
// watched.ts.
import { StorageType } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { patiently } from '../patiently.ts'
import { checkKey, isBelow } from '../port/keys.ts'
import {
  done,
  type Expected,
  failed,
  maxValueBytes,
  type Outcome,
  type StateChange,
  type StatePort,
  tooLarge,
} from '../port/ports.ts'
import { Deafness } from './deafness.ts'
import { isLeaderless, outcomeOf } from './failures.ts'
import { type NatsLink, Unfit } from './link.ts'
import { mark, watched } from './watched.ts'

/** Between two attempts to watch, with as much again by chance: all hosts of a fleet come back at once. */
const againMs = 100

/**
 * Opens the bucket, or makes it if `makes`.
 * @param how.isGuarded whether those who write it may write some keys only
 * @throws {Unfit} if there is one that is kept by fewer servers than asked, or not on their disks
 */
export async function openBucket(
  connection: NatsConnection,
  bucket: string,
  { replicas, makes, isGuarded }: { replicas: number; makes: boolean; isGuarded: boolean },
): Promise<KV> {
  const kvm = new Kvm(connection)
  const made = makes && (await kvm.create(bucket, { replicas, history: 1, maxValueSize: maxValueBytes }))
  const kv = await kvm.open(bucket)
  const found = await (made || kv).status()
  if (found.storage !== StorageType.File)
    throw new Unfit(
      'The values of this fleet are kept in the memory of the engine: what it acknowledges is lost with it',
    )
  if (found.replicas < replicas)
    throw new Unfit(`The values of this fleet are kept by ${found.replicas} servers, and ${replicas} are asked for`)
  if (makes && isGuarded) await guard(connection, found.streamInfo.config)
  if (makes && !(await kv.get(mark))) await kv.put(mark, '')
  return kv
}

/**
 * A bucket is made so that a header of a message can remove all values of other keys, whoever may write one key. And whoever may read it directly is
 * sent a value as it is, to any subject: also to that of a key that only others may write.
 */
async function guard(
  connection: NatsConnection,
  config: { name: string; allow_rollup_hdrs?: boolean; allow_direct?: boolean },
): Promise<void> {
  if (!config.allow_rollup_hdrs && !config.allow_direct) return
  const asked = JSON.stringify({ ...config, allow_rollup_hdrs: false, allow_direct: false })
  const answer = await connection.request(`$JS.API.STREAM.UPDATE.${config.name}`, asked)
  const { error } = answer.json<{ error?: { description: string } }>()
  if (error) throw new Error(`The values of this fleet cannot be guarded: ${error.description}`)
}

export class NatsState implements StatePort {
  #link: NatsLink
  #kv: () => KV | undefined
  /** Of each watch that is under way, by what it watches. */
  #watches = new Set<{ prefix: string; deafness: Deafness }>()

  /** @param kv the bucket, while the engine is there */
  constructor(link: NatsLink, kv: () => KV | undefined) {
    this.#link = link
    this.#kv = kv
  }

  async get(key: string): ReturnType<StatePort['get']> {
    return await this.#ask(key, async kv => {
      const found = await kv.get(key)
      return found?.operation === 'PUT' ? { value: found.value, rev: String(found.revision) } : undefined
    })
  }

  async put(key: string, value: Uint8Array, expected: Expected): ReturnType<StatePort['put']> {
    if (value.byteLength > maxValueBytes) return failed('full', tooLarge(key, value))
    const put = async (kv: KV) => {
      if (expected === 'any') return await kv.put(key, value)
      if (expected === 'absent') return await kv.create(key, value)
      return await kv.update(key, value, Number(expected), this.#link.timeoutMs)
    }
    return await this.#ask(key, async kv => {
      const revision = await put(kv)
      for (const { prefix, deafness } of this.#watches) if (isBelow(prefix, key)) deafness.wrote(revision)
      return String(revision)
    })
  }

  async del(key: string, expected: string): ReturnType<StatePort['del']> {
    return await this.#ask(key, async kv => {
      await kv.delete(key, expected === 'any' ? {} : { previousSeq: Number(expected) })
    })
  }

  async *watch(prefix: string, signal: AbortSignal): AsyncGenerator<StateChange> {
    const { events } = this.#link
    while (!signal.aborted) {
      const kv = this.#kv()
      if (!kv) {
        yield { t: 'stale', why: this.#link.problem }
        await heard(events, 'up', signal)
        continue
      }
      const ending = new AbortController()
      const over = AbortSignal.any([signal, ending.signal])
      events.addEventListener('down', () => ending.abort(), { signal: over })
      let why = 'the watch has ended'
      const deafness = new Deafness(() => {
        why = 'what this host has written was not told'
        ending.abort()
      })
      const watch = { prefix, deafness }
      this.#watches.add(watch)
      try {
        yield* watched(kv, { prefix, signal: over, deafness })
      } catch (error) {
        why = (error as Error).message
      } finally {
        this.#watches.delete(watch)
        deafness.close()
      }
      ending.abort()
      if (signal.aborted) return
      if (!this.#link.isUp) continue
      // It is watched anew, and all is told again; until then nobody is to be taken for dead by what is not told.
      yield { t: 'stale', why: `the engine tells no changes: ${why}` }
      await new Promise(resolve => setTimeout(resolve, againMs * (1 + Math.random())))
    }
  }

  async #ask<T>(key: string, work: (kv: KV) => Promise<T>): Promise<Outcome<T>> {
    checkKey(key)
    const kv = this.#kv()
    if (!kv) return failed('unavailable', `The engine is away: ${this.#link.problem}`)
    const denied = Promise.withResolvers<Outcome<never>>()
    const onDenied = (event: Event) => {
      const { detail } = event as CustomEvent<string>
      if (detail.endsWith(`.${key}`)) denied.resolve(failed('denied', `The credential may not write ${key}`))
    }
    this.#link.events.addEventListener('denied', onDenied)
    const forMs = this.#link.timeoutMs
    const asked = patiently(async () => await work(kv), { isPassing: isLeaderless, forMs }).then(done, outcomeOf)
    return await Promise.race([asked, denied.promise]).finally(() =>
      this.#link.events.removeEventListener('denied', onDenied),
    )
  }
}

async function heard(events: EventTarget, name: string, signal: AbortSignal): Promise<void> {
  const ending = new AbortController()
  await new Promise<void>(resolve => {
    const over = () => resolve()
    events.addEventListener(name, over, { signal: ending.signal })
    signal.addEventListener('abort', over, { signal: ending.signal })
    if (signal.aborted) over()
  })
  ending.abort()
}
