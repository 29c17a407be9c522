// A query of the logs.
import type { LogEntry } from '../../protocol/words.ts'

export type LogQuery = {
  /** Only this pod, and the host's lines about it. Undefined: host and all pods. */
  pod?: string | undefined
  /** Only the run of this number; needs `pod`. */
  run?: number | undefined
  /**
   * Entries with any of these: `stdout`, `stderr`, `host`, a host entry's tag or level, or the word in `[]` at the
   * beginning of a line.
   */
  tags?: readonly string[] | undefined
  /** Entries that have this text, upper and lower case alike. */
  grep?: string | undefined
  /** RFC 3339 with nine digits: not older than this. */
  since?: string | undefined
  /** RFC 3339 with nine digits: older than this. */
  until?: string | undefined
  /** Only so many of the last entries. */
  limit?: number | undefined
  /** With `limit`: of these only as many as have about so many bytes in memory, and one more. */
  limitBytes?: number | undefined
}

/** What an entry takes in memory beside its text, about. */
const entryBytes = 256

/** What an entry takes in memory, about. */
export function bytesOf({ text }: LogEntry): number {
  return entryBytes + text.length
}
