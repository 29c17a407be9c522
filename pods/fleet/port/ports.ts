// What a fleet needs of its engine, whichever that is: small values with compare-and-set, messages, and bytes by their hash. There is no
// time to live in here: no two engines agree on when that is over.

/** Which write a value is from. Compare it for equality and nothing else. */
export type Rev = string

/**
 * Why something was not done. `unknown`: it may have been done all the same. `conflict`: the value is another by now. `unavailable`: the engine
 * is away, and nothing was done. `denied`: the credential may not. `full`: there is no room.
 */
export type Why = 'conflict' | 'unavailable' | 'unknown' | 'denied' | 'full'

/** Every write has three outcomes, and says which. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; why: Why; message: string }

export type Entry = { value: Uint8Array; rev: Rev }

/**
 * `reset`: forget what you know, all of it follows. `synced`: all that was there has been told. `stale`: the engine is away, or tells
 * nothing, and why; what is known stays as it is, and a `reset` follows once it is back.
 */
export type StateChange =
  | { t: 'set'; key: string; value: Uint8Array; rev: Rev }
  | { t: 'del'; key: string }
  | { t: 'reset' }
  | { t: 'synced' }
  | { t: 'stale'; why: string }

export type Expected = Rev | 'absent' | 'any'

/** Small values, at most 64 KiB, by dotted keys. */
export interface StatePort {
  /** It may be older than a write that is done: a compare-and-set decides. */
  get(key: string): Promise<Outcome<Entry | undefined>>
  put(key: string, value: Uint8Array, expected: Expected): Promise<Outcome<Rev>>
  del(key: string, expected: Rev | 'any'): Promise<Outcome<void>>
  /**
   * All values whose keys begin with `prefix` (whole names, such as `pod`), then changes in their order. The last one of each key is always
   * told; a value that is replaced before it is read may be left out. It begins with `reset`.
   */
  watch(prefix: string, signal: AbortSignal): AsyncIterable<StateChange>
}

/**
 * `not_delivered`: nobody got it, so it may be sent again. `unknown`: somebody may have it, and may do it. `too_large`: it was not sent;
 * `answer_too_large`: it was done, and what came of it cannot be sent.
 */
export type BusWhy = 'not_delivered' | 'unknown' | 'denied' | 'too_large' | 'answer_too_large'

export class BusError extends Error {
  override readonly name = 'BusError'
  readonly why: BusWhy
  constructor(why: BusWhy, message: string) {
    super(message)
    this.why = why
  }
}

export type RequestOptions = { timeoutMs: number; signal?: AbortSignal | undefined }

export type Closable = { close(): void }

export type Serving = Closable & {
  /** Takes nothing more. @returns once all that was sent here before has been taken */
  drain(): Promise<void>
}

/** Messages between hosts, each delivered at most once. */
export interface BusPort {
  /** The most that one may have. */
  readonly mostBytes: number
  /** @throws {BusError} */
  request(subject: string, frame: Uint8Array, options: RequestOptions): Promise<Uint8Array>
  /** Answers requests for a subject. A handler that throws leaves the caller with `unknown`. */
  serve(subject: string, handler: (frame: Uint8Array, subject: string) => Promise<Uint8Array>): Serving
  /**
   * To whoever listens now; nothing is kept for others.
   * @returns false where it cannot be sent now: the engine is away, too much waits to be sent, or it is too large
   */
  publish(subject: string, frame: Uint8Array): boolean
  /** @param pattern a subject; `*` stands for one name in it, `>` at its end for all that follow */
  subscribe(pattern: string, listener: (subject: string, frame: Uint8Array) => void): Closable
}

/** Bytes by a sha256 that names them: their own, or that of the hashes of what they are made of. Who reads checks them: an engine may be wrong. */
export interface BlobPort {
  /** Whether all of it is there, and need not be put. */
  has(sha256: string): Promise<Outcome<boolean>>
  put(sha256: string, source: AsyncIterable<Uint8Array>): Promise<Outcome<void>>
  /**
   * @param skipped how many that were put under this name were something else
   * @returns undefined if it is not there
   */
  open(sha256: string, skipped?: number): Promise<Outcome<AsyncIterable<Uint8Array> | undefined>>
}

export type EngineInfo = { kind: 'embedded' | 'nats'; version: string; replicas: number; address: string }

export interface Engine {
  readonly state: StatePort
  readonly bus: BusPort
  readonly blobs: BlobPort
  readonly isUp: boolean
  /** Why it is not there; empty if nothing has hindered it so far. */
  readonly problem: string
  /** The credential of this host is void, or of another fleet: it is of no use to wait. */
  readonly isRefused: boolean
  /** The address of this host as the engine sees it; empty where that is not known. */
  readonly seenAs: string
  /** What it has not permitted, in words, the last at the end. */
  readonly denied: readonly string[]
  /** Connects, now and for ever. @returns once the first attempt is over, which may be never: nothing waits for it but with a time of its own */
  open(): Promise<void>
  info(): EngineInfo
  close(): Promise<void>
}

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value })
export const failed = (why: Why, message: string): Outcome<never> => ({ ok: false, why, message })

/** The most that a value may have. */
export const maxValueBytes = 64 * 1024

export const tooLarge = (key: string, value: Uint8Array): string =>
  `${key} is too large: it has ${value.byteLength} bytes, and may have ${maxValueBytes}`
