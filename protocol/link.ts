// What a shim and its host say to each other over the link: JSON-RPC 2.0, a line each, both ways.
// The shim dials; its first request is `hello`.

import type { Meeting, Subscriber } from './calls.ts'
import type { StreamName } from './cri.ts'
import type { Keeping, ScriptNote } from './keeper.ts'
import type { PodState, Status } from './words.ts'

/**
 * The environment variables a process of ours is spawned with; the shim takes them out before a pod's code runs.
 * `spare` is there, whatever its value, where no run waits for the process.
 */
export const linkEnv = { socket: 'P8A_LINK_SOCKET', ticket: 'P8A_LINK_TICKET', spare: 'P8A_LINK_SPARE' } as const

/** Requests and notifications a shim sends. */
export type ToHost = {
  /** Who is there. The answer says what to do: run this, go on, or end. */
  hello: { params: Hello; result: Welcome }
  /** The default export has resolved; of a spare: it has loaded what it was told to. */
  ready: { params: Record<string, never>; result: null }
  /** `bus.emit('status', ...)`. */
  status: { params: { status: Status; text?: string }; result: null }
  /** Which runs stand behind the name of a pod or of a run, as seen from here; those in `have` need no grant. */
  resolve: { params: { name: string; have: string[] }; result: Meeting[] }
  /** Calls a function of a pod that its host's owner calls by itself, so that nobody can be dialled. */
  call: { params: RelayedCall; result: Handled }
  /** The run does not wait for that `call` or `verb` any more. */
  cancel: { params: { id: number }; result: null }
  /** What has come of a stream that a `call` was answered with; waits until something has. */
  more: { params: { stream: number }; result: { values: unknown[]; isOver: boolean } }
  /** The run does not take that stream any more. */
  leave: { params: { stream: number }; result: null }
  /** All that the run subscribes to from now on. */
  subscribe: { params: { subscriptions: { path: string; pattern: string }[] }; result: null }
  /** Which runs subscribe to what is published at `path`; those in `have` need no grant. */
  subscribers: { params: { path: string; have: string[] }; result: Subscriber[] }
  /**
   * This run is the host at `path`, and answers these verbs itself. Said again on every connection. `imported` is the name of
   * the pod that made it, where this run has imported that, in the host that `path` lies in.
   */
  mount: { params: { path: string; handles: string[]; imported?: string }; result: null }
  /** What that host tells of its pods may be something else now: whoever watches it is to be told. */
  podsChanged: { params: { path: string }; result: null }
  /** It is so no more, and is to stop with all within it unless another run of its pod still is. */
  unmount: { params: { path: string }; result: null }
  /** A method of the wire, done by the root in a namespace that this run has mounted. `id` is what a `cancel` names. */
  verb: { params: { method: string; params: Record<string, unknown> & { path: string }; id?: number }; result: unknown }
  /** A command shows text; answered when the client's connection has room for more. */
  commandSend: { params: { id: string; text: string }; result: null }
  /** A command asks the client for a line. */
  commandRecv: { params: { id: string; question: string }; result: string }
  /** `primary.status(...)` in a command: a method of the host's. */
  primary: { params: { method: string; params: unknown }; result: unknown }
  /** Of a keeper: a script has ended; the same is in its note. */
  scriptEnded: { params: { key: string; note: ScriptNote }; result: null }
}

/** Requests and notifications a host sends. */
export type ToShim = {
  /** A spare is needed: from now on it has this ticket and this environment, and says hello with that ticket. */
  take: { params: { ticket: string; env: Record<string, string> }; result: null }
  /** How the run is. Answered from the event loop, or by the pod's own `check` listener. */
  check: { params: { timeoutMs: number }; result: { status: Status; text?: string } }
  /** Calls the cleanup function, once; answered when it has resolved. */
  cleanup: { params: Record<string, never>; result: null }
  /** Calls an exported function, for a client of the host. `id` is what a `cancel` names. */
  call: { params: { fn: string; args: unknown[]; id?: number; timeoutMs?: number }; result: unknown }
  /** The client does not wait for that call any more. */
  cancel: { params: { id: number }; result: null }
  /** Another run may dial. Answered once the socket listens. */
  admit: { params: Admission; result: null }
  /** Other runs than before stand behind a name that was resolved; `null`: other runs subscribe. */
  moved: { params: { name: string | null }; result: null }
  /**
   * A verb for a host that this run has mounted. `id` is what a `giveUp` names; with `streams` its answer may be one,
   * whatever the verb.
   */
  handle: { params: { path: string; verb: string; args: unknown[]; id?: number; streams?: boolean }; result: Handled }
  /** Nobody waits for what that handler will answer any more. */
  giveUp: { params: { id: number }; result: null }
  /** What has come of a stream since; waits until something has. */
  more: { params: { stream: number }; result: { values: unknown[]; isOver: boolean } }
  /** Nobody takes that stream any more. */
  leave: { params: { stream: number }; result: null }
  /** How a pod in such a host is now. */
  changed: { params: { path: string; name: string; status: PodState; text: string }; result: null }
  /** Names of the pod's commands for the shell. */
  commands: { params: Record<string, never>; result: string[] }
  /** Runs one; `id` is in what it sends and asks. Answered when it is over. */
  command: { params: { id: string; argv: string[] }; result: unknown }
  /** Nobody waits for that command any more: what it sends and asks fails from now on, with this message. */
  commandEnd: { params: { id: string; message: string }; result: null }
}

/** `hops`: how many hosts have handed it on. `id` is what a `cancel` names. */
export type RelayedCall = { name: string; fn: string; args: unknown[]; timeoutMs: number; hops: number; id: number }

/** What a handler answered: a value, or the number of a stream to be taken by `more`. */
export type Handled = { value: unknown } | { stream: number }

/** Lets the run `caller` dial `socket`, once, with the secret `grant`. */
export type Admission = { grant: string; caller: string; socket: string }

/** `state` tells a new host how far the run had come while no host looked. */
export type Hello = {
  ticket: string
  pid: number
  state: 'empty' | 'starting' | 'up' | 'cleaned'
  status?: Status
  text?: string
  /** Of a keeper. */
  keeping?: Keeping
}

/** `wait`: be a spare, with these built-in modules loaded. */
export type Welcome =
  | { do: 'run'; assignment: Assignment }
  | { do: 'go-on' }
  | { do: 'wait'; modules: string[] }
  | { do: 'end' }

/** Everything a process needs to become a run. All paths are absolute. */
export type Assignment = {
  /** Run id, such as `web.7`. */
  run: string
  name: string
  slot: number
  path: string
  storage: string
  cwd: string
  params: Record<string, string>
  /** How long a call of another pod may take unless the caller says else. */
  callTimeoutMs: number
  /** The file of the pod's code. */
  main: string
  log: LogAssignment
  /** Where the shim leaves {@link ExitNote} on a normal end. */
  exitFile: string
}

/** Where a run's lines go, and when its file is rotated. */
export type LogAssignment = {
  file: string
  maxFileBytes: number
  /** All files of this run together; the shim drops its oldest rotated ones at rotation. */
  maxTotalBytes: number
  /** The files behind fd 1 and 2, which the shim folds into `file`. */
  raw: Record<StreamName, string>
}

/** The pipe that children of a run write to: the run empties it into the raw file `raw`, beside which it lies. */
export function childPipe(raw: string): string {
  return raw.replace(/raw$/, 'pipe')
}

/** What a shim leaves behind when its process ends by itself; `message` is the first line of an uncaught error. */
export type ExitNote = { code: number; message?: string }

/**
 * How far a raw file was folded into the log. It is written before the fold: bytes `from` to `to` are in the log if
 * the live log file is not `inode` any more, or is larger than `size`. So a fold that was cut off is never lost or doubled.
 */
export type RawPosition = { from: number; to: number; inode: number; size: number }
