// What turns lines of one format into entries, as the parser sees it.
import type { LogEntry } from '../../protocol/words.ts'

/** Makes entries of lines of one format. */
export interface EntrySink {
  /** Whether entries that begin in the lines to come are wanted; one that began before goes on either way. */
  keep: boolean
  /** Whether a wanted entry has begun and not ended. */
  readonly hasOpen: boolean
  /** Takes text of whole lines, each with its newline. */
  lines(text: string): void
  /** The entries that are whole since the last call. */
  take(): LogEntry[]
  /** From here on entries come as they end, not in the order in which they began; what is open is wanted. */
  loosen(): void
  /** Nothing follows: what is open ends as it is. */
  finish(): void
}
