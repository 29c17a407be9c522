// How much this side may still send. The other side grants it, and grants more as it takes values.
import type { Window } from './window.ts'

export class Credit {
  #values: number
  #bytes: number
  #isOver = false
  #waiting: (() => void)[] = []

  constructor({ values, bytes }: Window) {
    this.#values = values
    this.#bytes = bytes
  }

  /** Whether a value may be sent now. */
  get isLeft(): boolean {
    return this.#values > 0 && this.#bytes > 0 && !this.#isOver
  }

  /** Whether no value may be sent ever again. */
  get isOver(): boolean {
    return this.#isOver
  }

  spend(bytes: number): void {
    this.#values--
    this.#bytes -= bytes
  }

  grant({ values, bytes }: Window): void {
    this.#values += values
    this.#bytes += bytes
    if (this.isLeft) this.#wake()
  }

  /** Nothing more may be sent. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }

  /** Resolves when more is granted, or sending is over. */
  changed(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
