// Whether what a request is for can take it: it is not paused, one member of a group is chosen, and that is up, or is waited for.
import type { Directory, Found } from './directory.ts'
import { Pauses } from './pauses.ts'
import { Refusal } from './refusal.ts'
import type { Peer } from './request-headers.ts'
import type { Settings } from './settings.ts'
import { keyOf } from './sticky.ts'
import { type Waker, Wakes } from './wakes.ts'

/** A request that is to be brought to a pod. `pod`: which is chosen for it, once it is. `avoid`: one that was not reached. */
export type Wanting = Found & {
  peer: Peer
  raw: readonly string[]
  pod: string
  isQuiet: boolean
  avoid?: string
  cookie?: string | undefined
}

export class Readiness {
  readonly pauses: Pauses
  #directory: Directory
  #wakes: Wakes

  /** @param waker sees to it that a pod is up */
  constructor(directory: Directory, waker: Pick<Waker, 'wake' | 'woken'>, settings: Settings) {
    this.#directory = directory
    this.pauses = new Pauses(settings)
    this.#wakes = new Wakes({ known: pod => directory.pod(pod), ...waker }, settings)
  }

  /** How many requests wait for a pod, or a name. */
  waitingFor(name: string): number {
    return this.#wakes.waitingFor(name) + this.pauses.waitingFor(name)
  }

  /**
   * Resolves once the pod that is meant is up, and the name not paused; undefined where it is so. The pod is put into `wanting`.
   * @param signal of whoever waits; asked for only if somebody has to
   * @throws {Refusal} at once or later
   */
  of(wanting: Wanting, signal: () => AbortSignal): Promise<void> | undefined {
    const passed = this.pauses.passed(wanting.name, signal)
    return passed ? passed.then(() => this.#awake(wanting, signal)) : this.#awake(wanting, signal)
  }

  #awake(wanting: Wanting, signal: () => AbortSignal): Promise<void> | undefined {
    wanting.pod = this.#chosen(wanting)
    if (wanting.isQuiet && this.#directory.pod(wanting.pod)?.asleepSince !== undefined) {
      throw new Refusal(503, 'asleep', 'What is asked for sleeps, and is not woken for this', { retryAfterS: 60 })
    }
    return this.#wakes.ready(wanting.pod, signal, wanting.avoid === wanting.pod && !wanting.isQuiet)
  }

  #chosen(wanting: Wanting): string {
    const { name, avoid } = wanting
    const group = this.#directory.groups.get(name)
    if (!group) return name
    const { key, cookie } = keyOf(group.sticky, wanting)
    wanting.cookie = cookie
    return this.#directory.memberOf(name, { key, avoid, isPaused: pod => this.pauses.all.has(pod) })
  }
}
