// Which names are paused: requests for them are held until they are resumed, or for too long.
import { orAborted } from './or-aborted.ts'
import { Refusal } from './refusal.ts'

/** `untilMs`: when it ends by itself, in milliseconds of `Date.now()`. */
export type Pause = { untilMs?: number | undefined }

export type PauseLimits = { maxWaiting: number; pauseTimeoutMs: number }

type Held = Pause & { over: PromiseWithResolvers<void>; waiting: number; timer: NodeJS.Timeout | undefined }

export class Pauses {
  #limits: PauseLimits
  #held = new Map<string, Held>()

  constructor(limits: PauseLimits) {
    this.#limits = limits
  }

  /** Those that are in force, by name. */
  get all(): ReadonlyMap<string, Pause> {
    return this.#held
  }

  waitingFor(name: string): number {
    return this.#held.get(name)?.waiting ?? 0
  }

  /** From now on these are paused, and no others. */
  replace(pauses: ReadonlyMap<string, Pause>): void {
    for (const name of [...this.#held.keys()]) if (!pauses.has(name)) this.#resume(name)
    for (const [name, { untilMs }] of pauses) this.#pause(name, untilMs)
  }

  /**
   * Resolves once a name is not paused any more; undefined where it is not.
   * @param signal of whoever waits; asked for only if somebody has to
   * @throws {Refusal} at once or later: `paused` if too many wait, or for too long
   */
  passed(name: string, signal: () => AbortSignal): Promise<void> | undefined {
    const held = this.#held.get(name)
    if (!held) return undefined
    const { maxWaiting } = this.#limits
    if (held.waiting >= maxWaiting) throw refusal(held, `${maxWaiting} requests wait for it already`)
    return this.#wait(held, signal())
  }

  /** Whoever waits is refused: what is paused is not asked only because a gateway ends. */
  close(): void {
    for (const held of this.#held.values()) {
      clearTimeout(held.timer)
      held.over.promise.catch(() => {})
      held.over.reject(refusal(held, 'the gateway ends'))
    }
  }

  async #wait(held: Held, signal: AbortSignal): Promise<void> {
    const late = Promise.withResolvers<never>()
    const { pauseTimeoutMs } = this.#limits
    const timer = setTimeout(() => late.reject(refusal(held, `it was held for ${pauseTimeoutMs} ms`)), pauseTimeoutMs)
    held.waiting += 1
    try {
      await orAborted(Promise.race([held.over.promise, late.promise]), signal)
    } finally {
      clearTimeout(timer)
      held.waiting -= 1
    }
  }

  #pause(name: string, untilMs: number | undefined): void {
    const held = this.#held.get(name) ?? { over: Promise.withResolvers<void>(), waiting: 0, timer: undefined }
    clearTimeout(held.timer)
    const timer = untilMs === undefined ? undefined : setTimeout(() => this.#resume(name), untilMs - Date.now())
    this.#held.set(name, Object.assign(held, { untilMs, timer }))
  }

  #resume(name: string): void {
    const held = this.#held.get(name)
    clearTimeout(held?.timer)
    this.#held.delete(name)
    held?.over.resolve()
  }
}

function refusal({ untilMs }: Pause, detail: string): Refusal {
  const retryAfterS = untilMs === undefined ? 5 : (untilMs - Date.now()) / 1000
  return new Refusal(503, 'paused', 'What is asked for is paused', { retryAfterS, detail })
}
