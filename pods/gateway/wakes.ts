// Whether a pod can take a request, and what is done where it can not yet: it is woken once, however many ask, and those wait for that.
import { orAborted } from './or-aborted.ts'
import { Refusal } from './refusal.ts'

/** What is known of a pod. Times are RFC 3339. */
export type Known = {
  status: string
  want: string
  text: string
  retryAt?: string | undefined
  asleepSince?: string | undefined
  /** Of one that has runs on other machines: how many are reached there. */
  elsewhere?: { up: number; problem?: string } | undefined
}

/** @returns to forward it, to wake the pod first, or why it is refused */
export function decide(pod: Known, nowMs: number): 'go' | 'wake' | Refusal {
  if (isUp(pod)) return 'go'
  if (pod.status === 'idle') {
    if (pod.asleepSince !== undefined || pod.want === 'up') return 'wake'
    return new Refusal(503, 'pod_stopped', 'What is asked for is stopped', { detail: pod.text })
  }
  const retryAfterS = pod.retryAt === undefined ? undefined : (Date.parse(pod.retryAt) - nowMs) / 1000
  // A run that has ended well, or for the first time, is followed by another at once.
  if (pod.status === 'waiting' && (retryAfterS === undefined || retryAfterS < 1)) return 'wake'
  return new Refusal(503, 'pod_down', 'What is asked for does not run', {
    retryAfterS: retryAfterS ?? 30,
    detail: pod.text,
  })
}

/** Whether a pod is up, or is woken by whoever comes. */
export function isReady(pod: Partial<Known>): boolean {
  return isUp(pod) || pod.asleepSince !== undefined
}

/** One that is not as it is wanted on all of its machines is up where it is. */
const isUp = ({ status, elsewhere }: Partial<Known>): boolean => status === 'up' || (elsewhere?.up ?? 0) > 0

/** What wakes pods. `wake` resolves once it is up. */
export type Waker = {
  known(pod: string): Known | undefined
  wake(pod: string, signal: AbortSignal): Promise<unknown>
  /** It has been woken, or waited for: how long that took, and whether it is up now. */
  woken?(pod: string, how: { isUp: boolean; ms: number }): void
}

export type WakeLimits = { wakeTimeoutMs: number; maxWaiting: number }

type Waking = { over: Promise<unknown>; waiting: number }

export class Wakes {
  #waker: Waker
  #limits: WakeLimits
  #underWay = new Map<string, Waking>()

  constructor(waker: Waker, limits: WakeLimits) {
    this.#waker = waker
    this.#limits = limits
  }

  /** How many requests wait for a pod. */
  waitingFor(pod: string): number {
    return this.#underWay.get(pod)?.waiting ?? 0
  }

  /**
   * Resolves once the pod can take a request; undefined where it can now.
   * @param signal of whoever waits; asked for only if somebody has to
   * @param isMissed whether it was not reached just now: it may have been put to sleep, which is not known here yet
   * @throws {Refusal} at once or later: `pod_stopped`, `pod_down`, `pod_full`, `pod_failed`, `wake_timeout`, `no_route`
   */
  ready(pod: string, signal: () => AbortSignal, isMissed = false): Promise<void> | undefined {
    const known = this.#waker.known(pod)
    if (!known) throw new Refusal(404, 'no_route', 'There is nothing here')
    const decision = decide(known, Date.now())
    if (decision instanceof Refusal) throw decision
    if (decision === 'go' && !isMissed) return undefined
    const waking = this.#underWay.get(pod) ?? this.#begin(pod)
    if (waking.waiting >= this.#limits.maxWaiting) {
      throw new Refusal(503, 'pod_full', 'Too many wait for this already', { retryAfterS: 1 })
    }
    const over = this.#wait(waking, signal())
    // Where nothing could be done about it, the next attempt says what is wrong.
    return decision === 'go' ? over.catch(() => {}) : over
  }

  async #wait(waking: Waking, signal: AbortSignal): Promise<void> {
    waking.waiting += 1
    try {
      await orAborted(waking.over, signal)
    } finally {
      waking.waiting -= 1
    }
  }

  #begin(pod: string): Waking {
    const signal = AbortSignal.timeout(this.#limits.wakeTimeoutMs)
    const begunMs = performance.now()
    const woken = (isUp: boolean) => this.#waker.woken?.(pod, { isUp, ms: performance.now() - begunMs })
    const waking = this.#waker.wake(pod, signal)
    void waking.then(
      () => woken(true),
      () => woken(false),
    )
    const over = waking
      .catch((error: Error & { code?: string }) => {
        if (signal.aborted) throw new Refusal(504, 'wake_timeout', 'What is asked for was not up in time')
        if (error.code === 'start_failed' || error.code === 'hook_failed') {
          throw new Refusal(502, 'pod_failed', 'What is asked for could not be started', { detail: error.message })
        }
        throw new Refusal(503, 'pod_down', 'What is asked for does not run', { retryAfterS: 1, detail: error.message })
      })
      .finally(() => this.#underWay.delete(pod))
    const begun = { over, waiting: 0 }
    this.#underWay.set(pod, begun)
    return begun
  }
}
