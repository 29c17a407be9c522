// What a host and its keeper say to each other. A keeper is the small process that stays the parent of scripts, and of
// services in other languages: it stores their output and notes how they ended, with or without a host. It dials the
// link as pods do.
import type { LogAssignment } from './run-log.ts'

/** Requests that a host sends. */
export type ToKeeper = {
  /** Begins a script. The answer comes once there is a process; an error says why there is none. */
  begin: { params: ScriptOrder; result: { pid: number } }
  /** Begins the process of a run of a service. */
  beginService: { params: ServiceOrder; result: { pid: number } }
  /** Takes up what a keeper that is gone kept: from now on this one stores its output, and looks for its end. */
  takeService: { params: ServiceLeft; result: null }
  /** The process group of a service is gone: the answer comes once all of its output is in its log. */
  releaseService: { params: { key: string }; result: null }
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

/** What is kept of a run of a service. Paths are absolute. */
type ServiceFiles = {
  /** Identifies the run on this host: the path and the run's id. */
  key: string
  log: LogAssignment
  /** Where the keeper leaves how it ended, as a shim does. */
  exitFile: string
}

/** Everything that the process of one run of a service needs. */
export type ServiceOrder = ServiceFiles & {
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  /** Where its stdin is made, a pipe that stays open; without it, stdin is empty. */
  stdin?: string | undefined
}

/**
 * What a keeper leaves as soon as there is a process, so that a host finds it even if the keeper never answers: the
 * process, and the keeper.
 */
export type BegunNote = { pid: number; startTime: string; keeper: { pid: number; startTime: string } }

/** Where it is left. */
export function begunFile(exitFile: string): string {
  return exitFile.replace(/exit$/, 'begun')
}

/** A process whose keeper is gone. */
export type ServiceLeft = ServiceFiles & { pid: number; startTime: string }

/** How a service ended; neither a code nor a signal where its keeper was killed before it. */
export type ServiceEnd = { code: number | null; signal: string | null }

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

/** What a keeper says about itself when it dials: its version, and what it keeps. Older ones keep no services. */
export type Keeping = { version: string; scripts: Child[]; services?: Child[] }
type Child = { key: string; pid: number }

/** The last line of output whose rest was not kept. */
export function cutMark(maxBytes: number): string {
  return `[p8a: the output was cut here, ${maxBytes} bytes are kept of a run]`
}
