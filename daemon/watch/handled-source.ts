// The changes of the pods of a host whose owner knows them itself: what its `watch` handler yields, or else the
// differences between two of its lists. The list is asked for again whenever something may have changed.
import type { PodChange } from '../../protocol/changes.ts'
import type { Channel } from '../../protocol/channel/channel.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Asker, PodStatus } from '../../protocol/words.ts'
import type { Namespace } from '../tree/namespace.ts'

import type { PodSupervisor } from '../tree/supervisor.ts'
import { badAnswer } from '../verbs/handled/answers.ts'
import { changeAnswer } from './change-answer.ts'
import { Told } from './told.ts'

/** When to ask an owner again whose answer failed. */
const firstAgainMs = 1000
const maxAgainMs = 30_000

type HandledSourceOptions = {
  told: Told
  tell: (changes: PodChange[]) => void
  /** All pods, as `pod.list` answers. */
  list: (signal: AbortSignal) => Promise<PodStatus[]>
  /** Who watches: an owner may show each other pods. */
  by: Asker
  /** How many hosts have passed the request on. */
  hops: number
}

export class HandledSource {
  #namespace: Namespace
  #options: HandledSourceOptions
  #known = Promise.withResolvers<void>()
  #isKnown = false
  #stopping = new AbortController()
  #nudged = Promise.withResolvers<void>()
  #unwatch: (() => void)[]

  constructor(namespace: Namespace, options: HandledSourceOptions) {
    this.#namespace = namespace
    this.#options = options
    const nudge = () => this.#nudged.resolve()
    const ran = new Told()
    const onChanged = (pod: PodSupervisor) => ran.look(pod.keeping.status(namespace)).length > 0 && nudge()
    this.#unwatch = [namespace.mounts.watch(nudge), namespace.pods.watch({ onChanged, onForgotten: nudge })]
    void this.#run()
  }

  /**
   * Resolves once the status of all pods is known.
   * @throws {P8aError} the owner's error, if it is asked for the first time
   */
  async ready(): Promise<void> {
    await this.#known.promise
  }

  stop(): void {
    this.#stopping.abort()
    this.#nudged.resolve()
    for (const unwatch of this.#unwatch) unwatch()
  }

  async #run(): Promise<void> {
    let againMs = firstAgainMs
    while (!this.#stopping.signal.aborted) {
      this.#nudged = Promise.withResolvers()
      try {
        await this.#tell()
        againMs = firstAgainMs
        await this.#nudged.promise
      } catch (error) {
        this.#fail(error)
        if (this.#stopping.signal.aborted) return
        this.#report(error)
        await this.#nudgedWithin(againMs)
        againMs = Math.min(2 * againMs, maxAgainMs)
      }
    }
  }

  /** Tells once what has changed; if the owner has a `watch` handler, as long as that yields. */
  async #tell(): Promise<void> {
    const { told, tell, list, hops, by } = this.#options
    const { signal } = this.#stopping
    if (!this.#namespace.mounts.present.handles.has('watch')) {
      tell(told.replace(await list(signal)))
      this.#succeed()
      return
    }
    const answer = await this.#namespace.handler.open('watch', [{ hops, by }], { signal, takes: usualWindow })
    if (!('stream' in answer)) throw badAnswer(this.#namespace.path, 'watch', answer.value)
    await this.#follow(answer.stream)
    throw new P8aError('host_gone', `The host at "${this.#namespace.path}" does not tell of its pods any more`)
  }

  async #follow(stream: Channel): Promise<void> {
    const { told, tell } = this.#options
    for await (const value of stream) {
      const change = changeAnswer(this.#namespace.path, value)
      tell(change.type === 'whole' ? told.look(change.pod, { isWhole: true }) : told.take(change))
      this.#succeed()
    }
  }

  #succeed(): void {
    this.#isKnown = true
    this.#known.resolve()
  }

  /** Those who wait get the error; later ones wait for the next attempt. */
  #fail(error: unknown): void {
    // Watchers of a host around this one do not wait for it.
    this.#known.promise.catch(() => {})
    this.#known.reject(error)
    if (!this.#isKnown) this.#known = Promise.withResolvers()
  }

  /** An owner that is gone comes back by itself; any other error is logged for its author. */
  #report(error: unknown): void {
    if (error instanceof P8aError && error.code === 'host_gone') return
    const { log } = this.#namespace.seams
    log.warn('host', 'its pods cannot be watched', { pod: this.#namespace.owner.pod, err: error })
  }

  async #nudgedWithin(ms: number): Promise<void> {
    const timer = setTimeout(this.#nudged.resolve, ms)
    await this.#nudged.promise.finally(() => clearTimeout(timer))
  }
}
