// Streams that items of work take as their input. Each stays in the run that made it; the run that works on the item takes it from there,
// socket to socket. So it is not on any disk, and can be taken once.
import type { Callee, CalleeOptions } from '../../protocol/author.ts'
import { P8aError } from '../../protocol/errors.ts'
import { isStream } from './collect.ts'

/** What is called to take one. No pod exports such a name. */
export const inputFunction = 'p8a:input'

/** What stands in its place among the arguments of an item: `{"p8a:input": "maker.3/…"}`. */
const mark = inputFunction

/** Arguments as they are stored; undefined where none of them is a stream. */
export type Offered = { args: unknown[]; release: () => void }

export class Inputs {
  #run: string
  #callee: (name: string, options: CalleeOptions) => Callee
  #offered = new Map<string, AsyncIterable<unknown>>()

  /** @param run this one */
  constructor(run: string, callee: (name: string, options: CalleeOptions) => Callee) {
    this.#run = run
    this.#callee = callee
  }

  /** Keeps the streams among some arguments until they are taken, or `release` is called. */
  offer(args: readonly unknown[]): Offered | undefined {
    if (!args.some(isStream)) return undefined
    const ids: string[] = []
    const stored = args.map(arg => {
      if (!isStream(arg)) return arg
      // The global one: a run that never needs it does not load 2 MB of cryptography for it.
      const id = crypto.randomUUID()
      ids.push(id)
      this.#offered.set(id, arg)
      return { [mark]: `${this.#run}/${id}` }
    })
    const release = () => {
      for (const id of ids) this.#release(id)
    }
    return { args: stored, release }
  }

  /** Another run takes one. @throws {P8aError} `call_failed` for one that is not here any more */
  take(id: unknown): AsyncIterable<unknown> {
    const values = this.#offered.get(String(id))
    if (!values)
      throw new P8aError('call_failed', 'The input of this item is gone: it was taken before, or is not waited for')
    this.#offered.delete(String(id))
    return values
  }

  /** Arguments of an item as its function gets them. A stream is taken once the function begins to iterate. */
  given(args: readonly unknown[]): unknown[] {
    return args.map(arg => {
      const from = markedBy(arg)
      return from === undefined ? arg : { [Symbol.asyncIterator]: () => this.#taken(from) }
    })
  }

  #taken(from: string): AsyncIterator<unknown> {
    const [run = '', id = ''] = from.split('/')
    const take = this.#callee(run, {})[inputFunction] as (id: string) => AsyncIterable<unknown>
    return take(id)[Symbol.asyncIterator]()
  }

  /** Nobody will take it: a generator gets to its `finally`. */
  #release(id: string): void {
    const values = this.#offered.get(id)
    if (!this.#offered.delete(id)) return
    const iterator = values?.[Symbol.asyncIterator]()
    // What it throws then concerns nobody.
    void iterator?.return?.().catch(() => {})
  }
}

function markedBy(arg: unknown): string | undefined {
  if (typeof arg !== 'object' || arg === null) return undefined
  const from = (arg as Record<string, unknown>)[mark]
  return typeof from === 'string' ? from : undefined
}
