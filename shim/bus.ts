// The emitter between a run and its host. It knows nothing of the link: it tells its maker.
import { EventEmitter } from 'node:events'
import type { Listener, TopicOptions } from '../protocol/author.ts'
import { maxSaidChars } from '../protocol/limits.ts'
import type { Status } from '../protocol/words.ts'
import { said, shown } from './shown.ts'

const statuses: readonly string[] = ['up', 'waiting', 'error']

/** Events between runs. */
export type Topics = {
  publish(topic: string, data: unknown, options: TopicOptions): void
  subscribe(pattern: string, listener: Listener, options: TopicOptions): () => void
}

export class RunBus extends EventEmitter {
  #onStatus: (status: Status, text: string | undefined) => void
  #topics: Topics

  constructor(onStatus: (status: Status, text: string | undefined) => void, topics: Topics) {
    super()
    this.#onStatus = onStatus
    this.#topics = topics
  }

  publish(topic: string, data?: unknown, options: TopicOptions = {}): void {
    this.#topics.publish(topic, data, options)
  }

  subscribe(pattern: string, listener: Listener, options: TopicOptions = {}): () => void {
    return this.#topics.subscribe(pattern, listener, options)
  }

  /** `status` goes to the host; every other event stays within the run. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'status') return super.emit(event, ...args)
    const [status, text] = args
    if (!statuses.includes(status as string)) {
      throw new TypeError(`Cannot emit status ${shown(status)}: write ${statuses.join(', ')}`)
    }
    this.#onStatus(status as Status, text === undefined ? undefined : said(text).slice(0, maxSaidChars))
    super.emit(event, ...args)
    return true
  }
}
