// `p8a.queue(name)`: stores items for a worker with the pod that keeps the queues, and waits for what becomes of them. What is not
// known to be stored is asked for again by the same id, so that it is one item.
import type { Callee, CalleeOptions, Queue, QueueOptions } from '../../protocol/author.ts'
import { durationMs, durationProblem } from '../../protocol/duration.ts'
import { type ErrorCode, errorTable, P8aError } from '../../protocol/errors.ts'
import { joinPath, queueName, splitPath } from '../../protocol/names.ts'
import type { AddedItem, ItemInfo } from '../../protocol/words-queue.ts'
import { shown } from '../shown.ts'
import type { Inputs, Offered } from './inputs.ts'

type Pod = (name: string, options: CalleeOptions) => Callee

/** A question that failed is asked again so much later, for so long. */
const againMs = 100
const patienceMs = 10_000
/** How long each question for an item waits for news. */
const waitMs = 20_000
const answerMs = 30_000
/** For how long an id that nobody has chosen is the same item. */
const sameMs = 30_000
const passing: readonly string[] = ['pod_not_up', 'run_not_found', 'host_gone', 'timeout']

/** @throws {TypeError} if the options are wrong */
export function makeQueue(
  name: string,
  options: QueueOptions,
  { pod, inputs }: { pod: Pod; inputs: Pick<Inputs, 'offer'> },
): Queue {
  const { path, name: queue } = splitPath(name)
  const keeper = joinPath(path, queueName)
  const how = howOf(options)
  return new Proxy(Object.create(null) as Record<string, Queue[string]>, {
    get: (_, fn) => {
      // `await` asks everything for `then`: a queue must not look like a promise.
      if (typeof fn !== 'string' || fn === 'then') return undefined
      return (...args: unknown[]) => {
        const input = inputs.offer(args)
        if (input) checkInput(name, { path, options })
        const stored = input ? { args: input.args, how: { ...how, retries: 0 } } : { args, how }
        return new Enqueued({ name, queue, fn, ...stored, options }, { pod, keeper, input })
      }
    },
  })
}

/** `name`: of the worker, as it was asked for. */
type Of = { name: string; queue: string; fn: string; args: unknown[]; how: object; options: QueueOptions }
/** `input`: the streams among its arguments. */
type At = { pod: Pod; keeper: string; input: Offered | undefined }

class Enqueued implements PromiseLike<unknown>, AsyncIterable<unknown> {
  #of: Of
  #at: At
  #added: Promise<AddedItem>
  #promise: Promise<unknown> | undefined

  constructor(of: Of, at: At) {
    this.#of = of
    this.#at = at
    this.#added = this.#add()
    // Whoever awaits it gets the error.
    this.#added.catch(() => {})
    if (at.input) void this.#keepInput(at.input)
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then<A = unknown, B = never>(
    onDone?: ((value: unknown) => A | PromiseLike<A>) | null,
    onFailed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#promise ??= this.#of.options.wait ? this.#result() : this.#added
    return this.#promise.then(onDone, onFailed)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for await (const told of this.#follow()) {
      yield* told.values ?? []
      if (hasEnded(told) && told.state !== 'done') throw failed(told)
    }
  }

  async #result(): Promise<unknown> {
    const all: unknown[] = []
    for await (const told of this.#follow()) {
      all.push(...(told.values ?? []))
      if (hasEnded(told) && told.state !== 'done') throw failed(told)
      if (hasEnded(told) && (told.values ?? []).length === 0) return all.length > 0 ? all : told.result
    }
    return undefined
  }

  async #add(): Promise<AddedItem> {
    const { queue, fn, args, how } = this.#of
    const asked = { id: `${Date.now().toString(36)}-${chance()}${chance()}`, windowMs: sameMs, ...how, queue, fn, args }
    const { signal } = this.#of.options
    return (await this.#ask('add', asked, { untilMs: Date.now() + patienceMs, signal })) as AddedItem
  }

  /** What is told of it, until it has ended and all that it has streamed was told. */
  async *#follow(): AsyncGenerator<ItemInfo> {
    const { id } = await this.#added
    const { queue } = this.#of
    let [from, attempt] = [0, 0]
    for (;;) {
      const asked = { queue, id, from, attempt, waitMs }
      const told = (await this.#ask('item', asked, { untilMs: Infinity, signal: this.#of.options.signal })) as ItemInfo
      from = told.next ?? from
      attempt = told.attempt
      yield told
      if (hasEnded(told) && (told.values ?? []).length === 0) return
    }
  }

  /** Its input is there for as long as its function may take it. */
  async #keepInput(input: Offered): Promise<void> {
    try {
      // It may be there already by the first of two questions, whose answer was lost.
      const { id } = await this.#added
      const asked = { queue: this.#of.queue, id, from: Number.MAX_SAFE_INTEGER, waitMs }
      const isOver = async () => hasEnded((await this.#ask('item', asked, { untilMs: Infinity })) as ItemInfo)
      while (!(await isOver()));
    } catch {
      // It was refused, or is there no more: whoever waits for it learns that.
    }
    input.release()
  }

  async #ask(
    fn: 'add' | 'item',
    asked: object,
    { untilMs, signal }: { untilMs: number; signal?: AbortSignal | undefined },
  ): Promise<unknown> {
    const { pod, keeper } = this.#at
    for (;;) {
      try {
        return await pod(keeper, { timeout: answerMs, ...(signal && { signal }) })[fn]?.(asked)
      } catch (error) {
        const { code } = error as { code?: string }
        if (code === undefined || !passing.includes(code) || Date.now() > untilMs) throw this.#told(error, fn)
        await new Promise(resolve => setTimeout(resolve, againMs))
      }
    }
  }

  /** Whoever enqueues calls no function of the pod that keeps the queues: what ended such a call is told of the item. */
  #told(error: unknown, asked: 'add' | 'item'): unknown {
    if (!(error instanceof P8aError)) return error
    const { name, fn } = this.#of
    const what = asked === 'add' ? `enqueue ${JSON.stringify(fn)} for` : `wait for ${JSON.stringify(fn)} of`
    const why = { aborted: 'it was aborted', timeout: 'its queue did not answer in time' }[error.code as string]
    if (why === undefined) return refused(error)
    const message = `Cannot ${what} ${JSON.stringify(name)}: ${why}`
    return new P8aError(error.code, message, { facts: { pod: name, fn }, cause: error.cause ?? error })
  }
}

/** A stream is taken from the run that made it, and once. @throws {TypeError} */
function checkInput(name: string, { path, options }: { path: string; options: QueueOptions }): void {
  if (path !== '') throw new TypeError(`Cannot enqueue a stream for ${JSON.stringify(name)}: it is on another host`)
  if (options.retries !== undefined && options.retries > 0)
    throw new TypeError('Cannot enqueue a stream with retries: it can be taken once')
}

function hasEnded({ state }: ItemInfo): boolean {
  return state === 'done' || state === 'dead' || state === 'expired' || state === 'canceled'
}

function failed({ id, queue, state, error, attempt }: ItemInfo): P8aError {
  return new P8aError('item_failed', `Item ${id} of ${queue} is ${state}: ${error ?? 'nobody knows why'}`, {
    facts: { pod: queue, id, state, attempts: attempt },
  })
}

/** What the queue throws has its code among the facts of the failed call. */
function refused(error: P8aError): P8aError {
  if (error.code !== 'call_failed') return error
  const { errorCode } = error.facts
  if (typeof errorCode !== 'string' || !Object.hasOwn(errorTable, errorCode)) return error
  return new P8aError(errorCode as ErrorCode, error.message, { hint: error.steps, cause: error })
}

function howOf({ id, key, priority, retries, at, ...times }: QueueOptions): object {
  const nowMs = Date.now()
  const [delayMs, deadlineMs] = [msOf('delay', times.delay), msOf('deadline', times.deadline)]
  const dueMs = at !== undefined ? new Date(at).getTime() : delayMs === undefined ? undefined : nowMs + delayMs
  if (Number.isNaN(dueMs)) throw new TypeError(`Cannot enqueue for ${shown(at)}: it is no time`)
  const how = {
    id,
    windowMs: msOf('window', times.window) ?? (id === undefined ? undefined : 3_600_000),
    key,
    priority,
    retries,
    dueMs,
    deadlineMs: deadlineMs === undefined ? undefined : nowMs + deadlineMs,
    backoffMs: msOf('backoff', times.backoff),
    timeoutMs: msOf('timeout', times.timeout),
  }
  return Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined))
}

function msOf(name: string, value: number | string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = durationMs(value)
  if (ms === undefined) throw new TypeError(`Cannot enqueue: ${name} ${durationProblem(value)}`)
  return ms
}

function chance(): string {
  return Math.floor(Math.random() * 36 ** 6).toString(36)
}
