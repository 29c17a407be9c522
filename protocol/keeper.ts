// What a host and its keeper say to each other. A keeper is the small process that stays the parent of scripts, and of
// services in other languages: it stores their output and notes how they ended, with or without a host. It dials the
// link as pods do.
import type { Lease } from './lease.ts'
import type { Port } from './listen.ts'
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
  /**
   * Opens sockets for a pod, and holds them: of those that it holds already, the ones that are not named any more are closed.
   * `addressInUse` and other errors of the system are facts of the error.
   */
  holdPorts: { params: PortsOrder; result: null }
  /** Holds none for that pod any more. */
  releasePorts: { params: { key: string }; result: null }
  /** Tells, once, that somebody has connected: they wait. `waitMs`: how long, where there is no host; then they are closed. */
  watchPorts: { params: { key: string; waitMs: number }; result: null }
  /** That pod is about to sleep: the answer comes once the process beside the keeper has its sockets too, or cannot have them now. */
  coverPorts: { params: { key: string }; result: null }
  unwatchPorts: { params: { key: string }; result: null }
  /** Closes the connections that wait. */
  turnAway: { params: { key: string }; result: null }
  /** Begins the process of a shim, as its child: with the sockets of a pod, or as a spare that gets some later. */
  beginShim: { params: ShimOrder; result: { pid: number } }
  /** A spare gets the sockets of a pod. */
  givePorts: { params: { pid: number; key: string }; result: null }
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
  owner?: Owner | undefined
}

/** To whom what a process writes to, and reads from, has to belong, so that it can open it again; default: its keeper's own user. */
export type Owner = { uid: number; gid: number }

/** The sockets of a pod: whoever connects waits, also while there is no process yet. */
export type PortsOrder = { key: string; ports: Port[] }

/**
 * The name of the note that a keeper leaves in its directory of the process that becomes the next one if it is killed, with the
 * sockets of pods that sleep.
 */
export const guardNote = 'guard'
type OneProcess = { pid: number; startTime: string }
export type GuardNote = { keeper: OneProcess; guard: OneProcess }

/** A keeper that a run begins, since it has the sockets that another one, which is gone, held. */
export type KeeperProcess = {
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  order: PortsOrder
}

/** The process of a shim. `ports`: it is born with the sockets of that pod, from descriptor 3 on; without, it is a spare. */
export type ShimOrder = {
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  stdout: string
  stderr: string
  /** Where its stdin is made, a pipe that stays open; without it, stdin is empty. */
  stdin?: string | undefined
  ports?: string | undefined
}

/** What is kept of a run of a service. Paths are absolute. */
type ServiceFiles = {
  /** Identifies the run on this host: the path and the run's id. */
  key: string
  log: LogAssignment
  /** Where the keeper leaves how it ended, as a shim does. */
  exitFile: string
  /** Where it can say how it is, by systemd's protocol; older hosts do not say it. */
  notices?: string | undefined
  /** Its keeper ends it once this is over. */
  lease?: Lease
}

/** Everything that the process of one run of a service needs. */
export type ServiceOrder = ServiceFiles & {
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  /** Where its stdin is made, a pipe that stays open; without it, stdin is empty. */
  stdin?: string | undefined
  /** The pod whose sockets it gets, by systemd's protocol. */
  ports?: string | undefined
  /** It is up only when it says so: one that could not be heard must not begin. */
  mustBeHeard?: boolean | undefined
  owner?: Owner | undefined
}

/**
 * What a keeper leaves as soon as there is a process, so that a host finds it even if the keeper never answers: the
 * process, and the keeper. `pid`: 0 as long as there is none.
 */
export type BegunNote = { pid: number; startTime: string; keeper: { pid: number; startTime: string } }

/** Where it is left. */
export function begunFile(exitFile: string): string {
  return exitFile.replace(/exit$/, 'begun')
}

/** A process whose keeper is gone. */
export type ServiceLeft = ServiceFiles & { pid: number; startTime: string }

/** What a service says of itself, by systemd's protocol. */
export type ServiceSaid = { ready?: boolean; text?: string }

/**
 * How a service ended; neither a code nor a signal where its keeper was killed before it. `lifeline`: what the system calls the
 * pipe that it held, if something that it has left may hold that still.
 */
export type ServiceEnd = { code: number | null; signal: string | null; lifeline?: string }

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
export type Keeping = { version: string; scripts: Child[]; services?: ServiceChild[]; ports?: PortsOrder[] }
type Child = { key: string; pid: number }
/** `said`: all that it has said so far. */
export type ServiceChild = Child & { said?: ServiceSaid }

/** The last line of output whose rest was not kept. */
export function cutMark(maxBytes: number): string {
  return `[p8a: the output was cut here, ${maxBytes} bytes are kept of a run]`
}
