// All streams that this host answers others with, by their ids. One that nobody asks about any more ends: whoever took it is gone.
import type { Answer } from './answer.ts'
import { Outlet, type OutletLimits } from './outlet.ts'
import type { ErrorWords } from './pieces.ts'

/** For how long a stream is kept about which nothing is asked, and how often that is looked at. */
const idleMs = 30_000
const lookMs = 5000

type Kept = { outlet: Outlet; askedMs: number }

export class Outlets {
  #kept = new Map<string, Kept>()
  #nowMs: () => number
  #looking: NodeJS.Timeout | undefined

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  get size(): number {
    return this.#kept.size
  }

  /**
   * Begins to answer: what comes of the work goes to the outlet piece by piece.
   * @param work is told by the signal that nobody waits for it any more
   */
  begin(
    id: string,
    { limits, work }: { limits: OutletLimits; work: (signal: AbortSignal) => Promise<Answer> },
  ): Outlet {
    this.end(id)
    const outlet = new Outlet(limits)
    this.#kept.set(id, { outlet, askedMs: this.#nowMs() })
    this.#looking ??= setInterval(() => this.look(), lookMs).unref()
    void answerWith(outlet, work)
    return outlet
  }

  /** One that is asked about now. */
  find(id: string): Outlet | undefined {
    const kept = this.#kept.get(id)
    if (kept) kept.askedMs = this.#nowMs()
    return kept?.outlet
  }

  /** Nobody takes anything of it any more. */
  end(id: string): void {
    const kept = this.#kept.get(id)
    this.#kept.delete(id)
    kept?.outlet.leaving.abort()
    if (this.#kept.size > 0) return
    clearInterval(this.#looking)
    this.#looking = undefined
  }

  /** Ends those about which nobody has asked for long. */
  look(): void {
    const nowMs = this.#nowMs()
    for (const [id, kept] of this.#kept) {
      // A call may take longer before anything comes of it.
      if (kept.outlet.isAwaited) kept.askedMs = nowMs
      if (kept.askedMs < nowMs - idleMs) this.end(id)
    }
  }

  close(): void {
    for (const id of [...this.#kept.keys()]) this.end(id)
  }
}

async function answerWith(outlet: Outlet, work: (signal: AbortSignal) => Promise<Answer>): Promise<void> {
  try {
    const answer = await work(outlet.leaving.signal)
    if ('value' in answer) return outlet.put({ t: 'end', value: answer.value })
    outlet.put({ t: 'stream' })
    const iterator = answer.values[Symbol.asyncIterator]()
    // A source that waits for something learns at once that nobody takes it.
    outlet.leaving.signal.addEventListener('abort', () => void leave(iterator), { once: true })
    while (await outlet.room()) {
      const next = await iterator.next()
      // What was left has no end that anyone is told.
      if (outlet.leaving.signal.aborted) break
      if (next.done) return outlet.put({ t: 'end', value: null })
      outlet.put({ t: 'value', value: next.value })
    }
    await leave(iterator)
  } catch (error) {
    outlet.put({ t: 'error', error: wordsOf(error) })
  }
}

/** What it throws then concerns nobody. */
const leave = async (iterator: AsyncIterator<unknown>): Promise<void> =>
  void (await iterator.return?.()?.catch(() => {}))

export function wordsOf(error: unknown): ErrorWords {
  const { message, code, hint, steps, facts } = error as Error & Omit<ErrorWords, 'message'>
  return {
    message,
    ...(code && { code }),
    ...(hint && { hint }),
    ...(steps && steps.length > 0 && { steps }),
    ...(facts && { facts }),
  }
}
