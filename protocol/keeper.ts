// What a host and its keeper say to each other. A keeper is the small process that stays the parent of scripts: it holds
// their output and notes how they ended, whether a host is there or not. It dials the link as pods do.

/** Requests that a host sends. */
export type ToKeeper = {
  /** Begins a script. Answered once there is a process; an error says why there is none. */
  begin: { params: ScriptOrder; result: { pid: number } }
  /** No more scripts come: it ends when it keeps none. */
  retire: { params: Record<string, never>; result: null }
}

/** All that one run of a script needs. Paths are absolute. */
export type ScriptOrder = {
  /** Who it is on this host: the path and the run's id. */
  key: string
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  /** The file that is its stdin; nothing where there is none. */
  stdin?: string | undefined
  log: string
  /** What of its output is kept. */
  maxOutputBytes: number
  /** Where its {@link ScriptNote} is left. */
  note: string
  /** When it is asked to end, and how long after that it is killed. */
  timeoutMs?: number | undefined
  stopMs: number
}

/** How a script ended: exactly one of `code` and `signal` is there. */
export type ScriptNote = {
  code: number | null
  signal: string | null
  /** When, as ISO 8601: a host may hear of it much later. */
  endedAt?: string | undefined
  /** Its time was up. */
  timedOut: boolean
  /** What it wrote, and whether some of that was not kept. */
  outputBytes: number
  cut: boolean
}

/** What a keeper says of itself when it dials: its version, and what it keeps. */
export type Keeping = { version: string; scripts: { key: string; pid: number }[] }

/** What marks a script's output where the rest was not kept. */
export function cutMark(maxBytes: number): string {
  return `[p8a: the output was cut here, ${maxBytes} bytes are kept of a run]`
}
