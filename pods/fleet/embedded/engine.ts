// The engine within the process: for a fleet of one, and for tests, where it does what networks do (faults.ts).

import { setMaxListeners } from 'node:events'
import { checkKey, matches } from '../port/keys.ts'
import {
  type BlobPort,
  BusError,
  type BusPort,
  done,
  type Engine,
  type EngineInfo,
  failed,
  maxValueBytes,
  type Outcome,
  type StatePort,
  tooLarge,
} from '../port/ports.ts'
import { type Faults, fateOf, late, noFaults } from './faults.ts'
import type { Hub } from './hub.ts'
import { watchHub } from './watch.ts'

export class EmbeddedEngine implements Engine {
  readonly state: StatePort
  readonly bus: BusPort
  readonly blobs: BlobPort
  #hub: Hub
  #faults: Faults
  #cut = crowded()
  #isUp = true
  #ending = new AbortController()

  constructor(hub: Hub, faults: Partial<Faults> = {}) {
    this.#hub = hub
    this.#faults = { ...noFaults, ...faults }
    this.state = this.#stateOf()
    this.bus = this.#busOf()
    this.blobs = this.#blobsOf()
  }

  readonly isRefused = false
  readonly seenAs = ''
  readonly denied: readonly string[] = []

  get isUp(): boolean {
    return this.#isUp
  }

  /** Cuts this host off from the engine, or joins it again. */
  set isUp(isUp: boolean) {
    this.#isUp = isUp
    this.#cut.dispatchEvent(new Event('cut'))
  }

  get problem(): string {
    return this.#isUp ? '' : 'this host is cut off'
  }

  async open(): Promise<void> {}

  info(): EngineInfo {
    return { kind: 'embedded', version: '1', replicas: 1, address: 'this process' }
  }

  async close(): Promise<void> {
    this.#ending.abort()
  }

  async #away(): Promise<Outcome<never> | undefined> {
    await late(this.#faults)
    return this.#isUp && !this.#ending.signal.aborted ? undefined : failed('unavailable', 'The engine is away')
  }

  /** @param change what is done unless somebody else was first */
  async #write<T>(key: string, expected: string, change: () => T): Promise<Outcome<T>> {
    checkKey(key)
    const away = await this.#away()
    if (away) return away
    const fate = fateOf(this.#faults)
    if (fate === 'lost') return failed('unknown', unanswered)
    const found = this.#hub.values.get(key)?.rev ?? 'absent'
    const isExpected = expected === 'any' || expected === found
    const value = isExpected ? done(change()) : failed('conflict', `${key} is another by now`)
    return fate === 'done' ? value : failed('unknown', unanswered)
  }

  #stateOf(): StatePort {
    return {
      get: async key => {
        checkKey(key)
        const away = await this.#away()
        if (away) return away
        const isStale = this.#faults.random() < this.#faults.stale && this.#hub.before.has(key)
        return done(isStale ? this.#hub.before.get(key) : this.#hub.values.get(key))
      },
      put: async (key, value, expected) => {
        if (value.byteLength > maxValueBytes) return failed('full', tooLarge(key, value))
        return await this.#write(key, expected, () => this.#hub.set(key, value.slice()))
      },
      del: async (key, expected) => await this.#write(key, expected, () => void this.#hub.set(key, undefined)),
      watch: (prefix, signal) => {
        const faults = this.#faults
        const all = AbortSignal.any([signal, this.#ending.signal])
        return watchHub(this.#hub, { prefix, signal: all, faults, cut: this.#cut, isUp: () => this.#isUp })
      },
    }
  }

  #busOf(): BusPort {
    const add = <T>(set: Set<T>, one: T) => {
      set.add(one)
      return { close: () => void set.delete(one) }
    }
    const { mostBytes } = this.#faults
    return {
      mostBytes,
      request: async (subject, frame, { timeoutMs, signal }) => {
        checkKey(subject)
        signal?.throwIfAborted()
        if (await this.#away()) throw new BusError('not_delivered', 'The engine is away')
        signal?.throwIfAborted()
        const large = (bytes: number) => `A message may have ${mostBytes} bytes, not ${bytes}`
        if (frame.byteLength > mostBytes) throw new BusError('too_large', large(frame.byteLength))
        const server = [...this.#hub.servers].find(one => matches(one.subject, subject))
        if (!server) throw new BusError('not_delivered', `Nobody answers at ${subject}`)
        const fate = fateOf(this.#faults)
        if (fate === 'lost') throw new BusError('unknown', unanswered)
        const answer = await this.#answered(server.handler(frame.slice(), subject), timeoutMs, signal)
        if (fate !== 'done') throw new BusError('unknown', unanswered)
        if (answer.byteLength > mostBytes) throw new BusError('answer_too_large', large(answer.byteLength))
        return answer
      },
      serve: (subject, handler) => {
        const { close } = add(this.#hub.servers, {
          subject,
          handler: async (frame, asked) => (this.#isUp ? await handler(frame, asked) : await never()),
        })
        return { close, drain: async () => close() }
      },
      publish: (subject, frame) => {
        checkKey(subject)
        if (!this.#isUp || frame.byteLength > mostBytes) return false
        const times = this.#faults.random() < this.#faults.duplicate ? 2 : 1
        for (const { pattern, heard } of this.#hub.listeners)
          for (let at = 0; at < times && matches(pattern, subject); at++)
            void late(this.#faults).then(() => heard(subject, frame.slice()))
        return true
      },
      subscribe: (pattern, listener) =>
        add(this.#hub.listeners, {
          pattern,
          heard: (subject: string, frame: Uint8Array) => void (this.#isUp && listener(subject, frame)),
        }),
    }
  }

  async #answered(answer: Promise<Uint8Array>, timeoutMs: number, signal?: AbortSignal): Promise<Uint8Array> {
    const lost = Promise.withResolvers<never>()
    const unknown = () => lost.reject(new BusError('unknown', 'There was no answer in time'))
    const timer = setTimeout(unknown, timeoutMs)
    const onCut = () => this.#isUp || unknown()
    const onAbort = () => lost.reject(signal?.reason)
    this.#cut.addEventListener('cut', onCut)
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted) onAbort()
    try {
      // A handler that fails has told its caller nothing.
      return await Promise.race([answer.catch(never), lost.promise])
    } finally {
      clearTimeout(timer)
      this.#cut.removeEventListener('cut', onCut)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #blobsOf(): BlobPort {
    return {
      has: async sha256 => (await this.#away()) ?? done(this.#hub.blobs.has(sha256)),
      put: async (sha256, source) => {
        const parts: Uint8Array[] = []
        for await (const part of source) parts.push(part)
        const away = await this.#away()
        if (away) return away
        const fate = fateOf(this.#faults)
        if (fate !== 'lost') this.#hub.blobs.set(sha256, Buffer.concat(parts))
        return fate === 'done' ? done(undefined) : failed('unknown', unanswered)
      },
      open: async (sha256, skipped = 0) => {
        const away = await this.#away()
        if (away) return away
        const bytes = skipped === 0 ? this.#hub.blobs.get(sha256) : undefined
        return done(bytes && once(bytes))
      },
    }
  }
}

const unanswered = 'There was no answer'

/** As many may listen as have something under way. */
function crowded(): EventTarget {
  const target = new EventTarget()
  setMaxListeners(0, target)
  return target
}

const never = async () => await new Promise<never>(() => {})

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}
