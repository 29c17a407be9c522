// The types of `bus`, the second argument of a pod.
import type { Asker, Status } from './words.ts'

/** The emitter between a run and its host. */
export interface Bus {
  /** The host asks how the run is; a pod that listens must emit `status` `up` within `check.timeout`. */
  on(event: 'check', listener: () => void): this
  /** It is to end soon: new work goes elsewhere, and what is under way is waited for. A pod that listens ends its WebSockets itself. */
  on(event: 'drain', listener: () => void): this
  /** `count` events of a publisher, named by its run's id, were dropped because this run reads too slowly. */
  on(event: 'dropped', listener: (count: number, publisher: string) => void): this
  once(event: 'check', listener: () => void): this
  once(event: 'drain', listener: () => void): this
  once(event: 'dropped', listener: (count: number, publisher: string) => void): this
  off(event: 'check', listener: () => void): this
  off(event: 'drain', listener: () => void): this
  off(event: 'dropped', listener: (count: number, publisher: string) => void): this
  /** Says how the run is. `text` is what `pod status` shows beside it. */
  emit(event: 'status', status: Status, text?: string): boolean
  /**
   * Tells every run that subscribes to `topic` on this host, at most once, and waits for nothing.
   * @param topic words with dots between, such as `orders.paid`
   * @param data a JSON value
   * @throws {TypeError} if it is not a topic, or the data has no JSON form
   */
  publish(topic: string, data?: unknown, options?: TopicOptions): void
  /**
   * Calls `listener` for every event that is published from now on to a topic that matches `pattern`.
   * @param pattern a topic, in which `*` is any one word and `**` at the end any one or more
   * @returns a function that ends it
   * @throws {TypeError} if it is not a pattern
   */
  subscribe(pattern: string, listener: Listener, options?: TopicOptions): () => void
}

/**
 * `path`: a host within this pod's own, such as `inner.second`. Its events are meant, not those of the pod's own host.
 */
export type TopicOptions = { path?: string | undefined }

/**
 * Called with an event's data, a copy of its own; its topic; and the run that published it, with what it may do, as it was when the two
 * runs met.
 */
export type Listener = (data: unknown, topic: string, publisher: Asker) => void
