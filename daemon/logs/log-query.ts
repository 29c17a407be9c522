// What may be asked of the logs.

export type LogQuery = {
  /** Only this pod, and what the host says of it. Undefined: host and all pods. */
  pod?: string | undefined
  /** Only the run of this number; needs `pod`. */
  run?: number | undefined
  /** Entries with any of these: `stdout`, `stderr`, `host`, a host entry's tag or level, or what stands in `[]` at a line's beginning. */
  tags?: readonly string[] | undefined
  /** RFC 3339 with nine digits: not older than this. */
  since?: string | undefined
  /** RFC 3339 with nine digits: older than this. */
  until?: string | undefined
  /** Only the last so many. */
  limit?: number | undefined
}
