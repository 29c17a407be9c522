// The values that items have streamed, on the disk until their item is gone or begins anew.
import type { Statements } from './statements.ts'

export class Streamed {
  #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** Keeps a value of an item, in the place of one that had the same number. */
  add(seq: number, number: number, value: string): void {
    this.#statements.of('INSERT OR REPLACE INTO streamed VALUES (?, ?, ?)').run(seq, number, value)
  }

  /** Forgets what an item has streamed, or what of it stands before a number. */
  forget(seq: number, before = Number.MAX_SAFE_INTEGER): void {
    this.#statements.of('DELETE FROM streamed WHERE seq = ? AND number < ?').run(seq, before)
  }

  /** The values of an item from a number on, in their order; at most 1,000 of them. */
  from(seq: number, from: number): { number: number; value: string }[] {
    return this.#statements
      .of('SELECT number, value FROM streamed WHERE seq = ? AND number >= ? ORDER BY number LIMIT 1000')
      .all(seq, from) as { number: number; value: string }[]
  }
}
