// The requests that one connection has under way and may give up, each with its id.
import { P8aError } from '../../../protocol/errors.ts'

type Id = string | number

export class Requests {
  #open = new Map<Id, (error: P8aError) => void>()

  /** How many are under way. */
  get size(): number {
    return this.#open.size
  }

  /**
   * Does what the request `id` asks for. The signal is aborted when it is canceled, or its client is gone.
   * @throws {P8aError} `aborted` as soon as it is canceled
   */
  async during<T>(id: Id, gone: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const giving = new AbortController()
    const canceled = Promise.withResolvers<never>()
    const cancel = (error: P8aError) => {
      canceled.reject(error)
      giving.abort(error)
    }
    const leave = () => giving.abort(gone.reason)
    gone.addEventListener('abort', leave, { once: true })
    this.#open.set(id, cancel)
    try {
      return await Promise.race([work(giving.signal), canceled.promise])
    } finally {
      gone.removeEventListener('abort', leave)
      // Another request may have the same id by now.
      if (this.#open.get(id) === cancel) this.#open.delete(id)
    }
  }

  /** @returns whether there is such a request under way */
  cancel(id: Id): boolean {
    const cancel = this.#open.get(id)
    cancel?.(new P8aError('aborted', 'The request was canceled'))
    return cancel !== undefined
  }
}
