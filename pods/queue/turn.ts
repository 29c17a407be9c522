// All that comes in a turn of the event loop is done in one transaction, and answered once that is on the disk: a thousand items
// cost one write, as one does.
import { refusal } from './item.ts'

/** What a turn needs of a store. */
export type Transaction = { begin(): void; commit(): void; rollback(): void }

type Step = { run: () => unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void }

export class Turn {
  #store: Transaction
  #last: () => () => void
  #steps: Step[] = []
  /** The turn that is to come; one that is in no hurry has a timer. */
  #next: { timer?: NodeJS.Timeout } | undefined
  #isOver = false

  /**
   * @param last done after the steps of each turn, in the same transaction. It returns what is to be done once all of it is on the disk
   */
  constructor(store: Transaction, last: () => () => void) {
    this.#store = store
    this.#last = last
  }

  /**
   * Resolves with what a step returns, once that is on the disk. A step that refuses, by an error with a code, has changed nothing.
   * @param withinMs a step that nobody waits for may wait so long for others, so that one write has them all. Default: it is done in
   * this turn of the event loop
   * @throws {Error} what the step throws; `no_space` or `save_failed` where the disk takes nothing
   */
  async do<Result>(run: () => Result, { withinMs = 0 }: { withinMs?: number } = {}): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#steps.push({ run, resolve, reject })
    if (withinMs > 0) this.#next ??= { timer: setTimeout(() => this.#commit(), withinMs) }
    else this.#inThisTurn()
    return (await promise) as Result
  }

  /** Somebody waits for what may be in no hurry. */
  hurry(): void {
    if (this.#next) this.#inThisTurn()
  }

  #inThisTurn(): void {
    if (this.#next && !this.#next.timer) return
    clearTimeout(this.#next?.timer)
    this.#next = {}
    setImmediate(() => this.#commit())
  }

  /** Nothing is done any more: whoever has asked learns it by the end of the process. */
  end(): void {
    this.#isOver = true
    clearTimeout(this.#next?.timer)
  }

  #commit(): void {
    if (this.#isOver) return
    this.#next = undefined
    const steps = this.#steps
    this.#steps = []
    let told: () => void = () => {}
    const answers: (() => void)[] = []
    try {
      this.#store.begin()
      for (const step of steps) answers.push(answerOf(step))
      told = this.#last()
      this.#store.commit()
    } catch (cause) {
      this.#store.rollback()
      const error = saveError(cause)
      for (const { reject } of steps) reject(error)
      return
    }
    for (const answer of answers) answer()
    told()
  }
}

function answerOf({ run, resolve, reject }: Step): () => void {
  try {
    const value = run()
    return () => resolve(value)
  } catch (error) {
    // What the file of items answers concerns all that is in the transaction.
    if ((error as { code?: string }).code === undefined || isOfStore(error)) throw error
    return () => reject(error)
  }
}

function isOfStore(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_SQLITE_ERROR'
}

function saveError(cause: unknown): Error {
  const { message, errcode } = cause as Error & { errcode?: number }
  const isFull = errcode === sqliteFull
  const error = refusal(
    isFull ? 'no_space' : 'save_failed',
    `The queue could not save: ${message}`,
    isFull ? 'Make room on the disk of the host' : 'See the log of the pod "queue"',
  )
  error.cause = cause
  return error
}

/** `SQLITE_FULL` */
const sqliteFull = 13
