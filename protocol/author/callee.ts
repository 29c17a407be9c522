// The functions of other pods, as a pod calls them and as it enqueues them.

/** What ends the calls of a callee before their answer. */
export type CalleeOptions = {
  /** How long each may take: milliseconds, or a text such as `'5s'`. Default: the host's `callTimeout`. */
  timeout?: number | string | undefined
  /** The timeout is for the answer, or for the beginning of a stream, which then lasts as long as it is taken. */
  untilFirst?: boolean | undefined
  /** When it is aborted, it ends all calls that are under way, and all later ones. */
  signal?: AbortSignal | undefined
  /** In a `call` handler: how many hosts have passed on the call. */
  hops?: number | undefined
  /**
   * Calls of a run with the same id are one call, also if the caller was killed and asks again: it goes on when its caller is gone, and
   * what came of it is kept for a minute. A generator is called again. For a name that means one run, such as `web.7`.
   */
  once?: string | undefined
  /** Calls with the same key go to the same pod of a group, as long as that is up. */
  key?: string | undefined
  /** Is called with each value, if the function is a generator; what it returns is awaited before the next one. */
  each?: ((value: unknown) => unknown) | undefined
}

/** How an item is enqueued. Durations are milliseconds or texts such as `'10m'`. */
export type QueueOptions = {
  /** The same id is the same item, for `window` (one hour). */
  id?: string | undefined
  window?: number | string | undefined
  /** From when on it may begin. */
  delay?: number | string | undefined
  at?: Date | number | string | undefined
  /** Items of a key begin one after the other, in their order. */
  key?: string | undefined
  /** The lower, the sooner. Default: 0 */
  priority?: number | undefined
  /** After how long it is not begun any more, and broken off if it was. */
  deadline?: number | string | undefined
  retries?: number | undefined
  backoff?: number | string | undefined
  timeout?: number | string | undefined
  /** Wait for what becomes of it: the item stands for what the function returns. */
  wait?: boolean | undefined
  /** Gives up waiting; the item stays. */
  signal?: AbortSignal | undefined
}

/**
 * The functions of a worker: a call stores an item. An argument that is an async generator is taken from this run once the function
 * iterates over it; such an item has one attempt.
 */
export type Queue = { readonly [fn: string]: (...args: unknown[]) => QueuedItem }

/**
 * An item: awaited, `{ id, isNew, state }` once it is on the disk; with `wait`, what the function returned. `for await` gives what a
 * generator yields. It rejects with `pod_not_found`, `function_not_found`, `queue_full`, `too_large`, and, where it is waited for,
 * `item_failed`.
 */
export interface QueuedItem extends PromiseLike<unknown>, AsyncIterable<unknown> {}

/** The exported functions of another pod. */
export type Callee = { readonly [fn: string]: (...args: unknown[]) => CallResult }

/**
 * A call: await it for what the function returns, or, if that is a generator, take its values with `for await`. It
 * rejects with an error whose `code` is `pod_not_found`, `run_not_found`, `pod_not_up`, `function_not_found`,
 * `call_failed` (with the remote error's `name`, `stack` and `errorCode` among its `facts`), `timeout`, `aborted`,
 * `host_gone` or `too_large`.
 */
export interface CallResult extends PromiseLike<unknown>, AsyncIterable<unknown> {
  catch<T = never>(onFailed?: ((error: unknown) => T | PromiseLike<T>) | null): Promise<unknown>
  finally(onFinally?: (() => void) | null): Promise<unknown>
}

/** What an exported function finds as `this`, unless it is an arrow function. */
export interface CallContext {
  /** Aborted when the caller no longer waits: it gave up, its time was over, or it is gone. */
  readonly signal: AbortSignal
  /** When the caller's time is over, in milliseconds of `Date.now()`. */
  readonly deadlineMs: number | undefined
  /** The run that calls, such as `web.7`; undefined if a client of the host calls. */
  readonly caller: string | undefined
  /** The id by which the caller makes this call once. Of an item of work it is `QUEUE/ID/ATTEMPT`. */
  readonly once: string | undefined
}
