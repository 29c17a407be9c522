// What a host and its keeper say to each other. A keeper is the small process that stays the parent of scripts: it
// stores their output and notes how they ended, with or without a host. It dials the link as pods do.

/** Requests that a host sends. */
export type ToKeeper = {
  /** Begins a script. The answer comes once there is a process; an error says why there is none. */
  begin: { params: ScriptOrder; result: { pid: number } }
  /** No more scripts come: it ends when it keeps none. */
  retire: { params: Record<string, never>; result: null }
}

/** Everything that one run of a script needs. Paths are absolute. */
export type ScriptOrder = {
  /** Identifies the run on this host: the path and the run's id. */
  key: string
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  /** The file that is its stdin; without it, stdin is empty. */
  stdin?: string | undefined
  log: string
  /** How much of its output is kept. */
  maxOutputBytes: number
  /** Where its {@link ScriptNote} is left. */
  note: string
  /** After how long it is asked to end, and how long after that it is killed. */
  timeoutMs?: number | undefined
  stopMs: number
}

/** How a script ended: exactly one of `code` and `signal` is there. */
export type ScriptNote = {
  code: number | null
  signal: string | null
  /** When it ended, as ISO 8601: a host may hear of it much later. */
  endedAt?: string | undefined
  /** Its time was up. */
  timedOut: boolean
  /** How many bytes it wrote, and whether some of them were not kept. */
  outputBytes: number
  cut: boolean
}

/** What a keeper says about itself when it dials: its version, and its scripts. */
export type Keeping = { version: string; scripts: { key: string; pid: number }[] }

/** The last line of output whose rest was not kept. */
export function cutMark(maxBytes: number): string {
  return `[p8a: the output was cut here, ${maxBytes} bytes are kept of a run]`
}
