// All that a keeper keeps: scripts that run, and scripts that are just being begun. It ends the process a while after
// there is nothing to keep, or at once if it is retired.
import type { Keeping as KeepingNow, ScriptNote, ScriptOrder } from '../../protocol/keeper.ts'
import { version } from '../../protocol/version.ts'
import { Kept } from './kept.ts'
import type { Pipes } from './pipes.ts'

/** How long the process stays when there is nothing to keep. */
const idleMs = 60_000

export class Keeping {
  #pipes: Pipes
  #kept = new Map<string, Kept>()
  #beginning = new Set<Promise<Kept>>()
  #isRetired = false
  #idle: NodeJS.Timeout | undefined

  constructor(pipes: Pipes) {
    this.#pipes = pipes
    this.#rest()
  }

  /** Whether there is anything to keep. */
  get hasWork(): boolean {
    return this.#kept.size + this.#beginning.size > 0
  }

  /** What it keeps. Waits for scripts that are beginning; otherwise a host would think that they never began. */
  async now(): Promise<KeepingNow> {
    await Promise.allSettled(this.#beginning)
    return { version, scripts: [...this.#kept].map(([key, { pid }]) => ({ key, pid })) }
  }

  /**
   * Begins a script.
   * @param onEnded called once it has ended and its note is written
   */
  async begin(order: ScriptOrder, onEnded: (note: ScriptNote) => void): Promise<{ pid: number }> {
    clearTimeout(this.#idle)
    const begun = Kept.begin(order, this.#pipes).finally(() => this.#beginning.delete(begun))
    this.#beginning.add(begun)
    try {
      const script = await begun
      this.#kept.set(order.key, script)
      void script.ended.then(note => {
        this.#kept.delete(order.key)
        onEnded(note)
        this.#rest()
      })
      return { pid: script.pid }
    } catch (error) {
      this.#rest()
      throw error
    }
  }

  /** This keeper begins nothing more. */
  retire(): void {
    this.#isRetired = true
    this.#rest()
  }

  /** Ends the process, unless there is something to keep. */
  leave(): void {
    if (this.hasWork) return
    this.#pipes.remove()
    process.exit(0)
  }

  #rest(): void {
    clearTimeout(this.#idle)
    if (this.hasWork) return
    this.#idle = setTimeout(() => this.leave(), this.#isRetired ? 0 : idleMs)
  }
}
