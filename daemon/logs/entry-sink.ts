// The interface of the code that turns lines of one format into entries.
import type { LogEntry } from '../../protocol/words.ts'

/** Makes entries of lines of one format. */
export interface EntrySink {
  /** Whether entries that begin in the next lines are wanted; an entry that began before continues in any case. */
  keep: boolean
  /** Whether a wanted entry has begun and not ended. */
  readonly hasOpen: boolean
  /** How often a line was cut since it was too long for one entry. */
  readonly cuts: number
  /** Takes text of whole lines, each with its newline. */
  lines(text: string): void
  /** The entries that are whole since the last call. */
  take(): LogEntry[]
  /** From here on entries come as they end, not in the order in which they began; open entries are wanted. */
  loosen(): void
  /** Nothing follows: open entries end as they are. */
  finish(): void
}
