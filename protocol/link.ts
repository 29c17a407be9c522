// What a shim and its host say to each other over the link: JSON-RPC 2.0, a line each, both ways, and channels.
// The shim dials; its first request is `hello`.

import type { LetIn, Meeting, Subscriber } from './calls.ts'
import type { StopSignal } from './config.ts'
import type { KeeperProcess, Keeping, ScriptNote, ServiceEnd, ServiceSaid } from './keeper.ts'
import type { Lease } from './lease.ts'
import type { Port } from './listen.ts'
import type { Lag } from './loop-lag.ts'
import type { Role } from './roles.ts'
import type { LogAssignment } from './run-log.ts'
import type { Asker, PodState, Status } from './words.ts'

/**
 * The environment variables a process of ours is spawned with; the shim takes them out before a pod's code runs.
 * `spare` is set, to any value, if no run waits for the process; `ports`, of a keeper, says which sockets it has from the beginning.
 */
export const linkEnv = {
  socket: 'P8A_LINK_SOCKET',
  ticket: 'P8A_LINK_TICKET',
  spare: 'P8A_LINK_SPARE',
  ports: 'P8A_LINK_PORTS',
  /** Of a keeper that has waited beside another one: the descriptor that says which sockets it has. */
  guarded: 'P8A_LINK_GUARDED',
  /** Of a keeper: its own folder, which may be gone when it becomes one. */
  folder: 'P8A_LINK_FOLDER',
  /** The number of the process as the host knows it, where that is another one within. */
  pid: 'P8A_LINK_PID',
} as const

/** Requests and notifications a shim sends. */
export type ToHost = {
  /** Says who dials. The answer says what to do: run this, continue, or end. */
  hello: { params: Hello; result: Welcome }
  /** The default export has resolved; from a spare: it has loaded its modules. */
  ready: { params: Record<string, never>; result: null }
  /** `bus.emit('status', ...)`. */
  status: { params: { status: Status; text?: string }; result: null }
  /** Which runs the name of a pod or run means, as seen from here; those in `have` need no grant. */
  resolve: { params: { name: string; have: string[] }; result: Meeting[] }
  /**
   * Calls a function of a pod whose host has a `call` handler, so that nobody can be dialled. Values may come before
   * the answer.
   */
  call: { params: RelayedCall; result: Handled }
  /** All that the run subscribes to from now on. */
  subscribe: { params: { subscriptions: { path: string; pattern: string }[] }; result: null }
  /** Which runs subscribe to what is published at `path`; those in `have` need no grant. */
  subscribers: { params: { path: string; have: string[] }; result: Subscriber[] }
  /**
   * This run is the host at `path`, and answers these verbs itself. Sent again on every connection. If this run has
   * imported the pod that made the host, `imported` is the name of that pod, in the host that `path` lies in. `others`: what becomes
   * of the verbs that it does not answer; without it the root does them.
   */
  mount: { params: { path: string; handles: string[]; others?: 'refuse'; imported?: string }; result: null }
  /** The pods of that host may have changed: everyone who watches it has to be told. */
  podsChanged: { params: { path: string }; result: null }
  /**
   * This run is no longer that host. The host stops, with all hosts within it, unless another run of the pod still is
   * that host.
   */
  unmount: { params: { path: string }; result: null }
  /** A method of the wire, done by the root in a namespace that this run has mounted. */
  verb: { params: { method: string; params: Record<string, unknown> & { path: string } }; result: unknown }
  /** `primary.status(...)` in a command: a method of the host's. */
  primary: { params: { method: string; params: unknown }; result: unknown }
  /** Of a keeper: a script has ended; the same is in its note. */
  scriptEnded: { params: { key: string; note: ScriptNote }; result: null }
  /** Of a keeper: a service has ended; the same is in its exit note. */
  serviceEnded: { params: { key: string; end: ServiceEnd }; result: null }
  /** Of a keeper: the process of a shim that it has begun has ended. */
  shimEnded: { params: { pid: number } & ServiceEnd; result: null }
  /** Of a keeper: somebody has connected to a pod whose sockets it watches. */
  knocked: { params: { key: string }; result: null }
  /** Of a keeper: a service says how it is. */
  serviceSaid: { params: { key: string; said: ServiceSaid }; result: null }
}

/**
 * At a port of its own on loopback; nowhere, since no server has the pod's port yet; or at that port alone, where it accepts from now on if that is
 * one of its sockets: its host does not see its loopback, or the server gives its connections away, as that of a cluster does.
 */
export type SideDoor = { at: 'door'; port: number } | { at: 'nowhere' } | { at: 'port' }

/** Requests and notifications a host sends. */
export type ToShim = {
  /** A run needs the spare: from now on it has this ticket and this environment, and says hello with that ticket. */
  take: { params: { ticket: string; env: Record<string, string> }; result: null }
  /** How the run is; with `accepts`, one that is up accepts from then on. Answered from the event loop, or by the pod's own `check` listener. */
  check: { params: { timeoutMs: number; accepts?: boolean }; result: { status: Status; text?: string } }
  /** For a check of the host that nobody else is to answer: where its server for the pod's `port` is reached before it accepts. */
  sideDoor: { params: { port: number }; result: SideDoor }
  /** It is up: it accepts at its sockets from now on. */
  accept: { params: Record<string, never>; result: null }
  /** How its process is. Older runs do not know it. */
  vitals: { params: Record<string, never>; result: Vitals }
  /** It will be asked to end soon: tells the pod, and is answered once no call is under way, or the time is over. */
  drain: { params: { timeoutMs: number }; result: null }
  /** Is answered once nothing has gone on for so long: no request, no connection that carries something, no call. */
  still: { params: { forMs: number }; result: null }
  /**
   * Nobody may need it: it accepts no more connections, and `drain` follows. False, and nothing of that, if something is under way, or
   * was within that time.
   */
  rest: { params: { forMs: number }; result: boolean }
  /**
   * Calls the cleanup function, once; answered when it has resolved. `stopSignal`: what the program listens to, if it
   * does not listen to SIGTERM.
   */
  cleanup: { params: Record<string, never>; result: { stopSignal?: StopSignal } | null }
  /** Its sockets are held by nobody else any more: begins a keeper that holds them. False if it has not all of them. */
  keepPorts: { params: KeeperProcess; result: boolean }
  /** Calls an exported function, for a client of the host. The values of a generator come before, or as a list. */
  call: { params: { fn: string; args: unknown[] }; result: unknown }
  /** Another run may dial. The answer comes once the socket listens. */
  admit: { params: Admission; result: LetIn }
  /** A name that was resolved means other runs now; `null`: other runs subscribe. */
  moved: { params: { name: string | null }; result: null }
  /** A verb for a host that this run has mounted. The values of a generator come before, or as a list. */
  handle: { params: { path: string; verb: string; args: unknown[] }; result: Handled }
  /** How a pod in such a host is now. */
  changed: { params: { path: string; name: string; status: PodState; text: string }; result: null }
  /** Names of the pod's commands for the shell. */
  commands: { params: Record<string, never>; result: string[] }
  /**
   * Runs a command, which sends {@link CommandSays} meanwhile and gets the lines that it asks for. The answer comes
   * when it is over.
   */
  command: { params: { argv: string[] }; result: unknown }
}

/**
 * `heapUsed`: in bytes. `lag`: of its event loop since it was asked last; not the first time. `connections`: how many are open at its
 * ports, where it has some. Older runs tell neither that nor `log`.
 */
export type Vitals = { heapUsed: number; lag?: Lag; log?: LogAmount; connections?: number }

/** What a run has written to its log, `bytes` as they are in its files, and how many writes were lost since the disk took none. */
export type LogAmount = { lines: number; bytes: number; lost: number }

/** `hops`: how many hosts have passed it on. */
export type RelayedCall = { name: string; fn: string; args: unknown[]; timeoutMs: number; hops: number }

/** The answer of a handler; without a value if it was a stream. */
export type Handled = { value: unknown }

/** What a command says to its client: a text to show, or a question whose answer is a line. */
export type CommandSays = { send: string } | { recv: string }

/** Lets the run `caller` dial `socket`, once, with the secret `grant`. `by`: the same run, with what it may do; older hosts do not say it. */
export type Admission = { grant: string; caller: string; socket: string; by?: Asker }

/** `state` tells a new host how far the run has come while there was no host. */
export type Hello = {
  ticket: string
  pid: number
  state: 'empty' | 'starting' | 'up' | 'cleaned'
  status?: Status
  text?: string
  /** The process `pid` stands before the one that says this, as that of a sandbox does, and may end without it. */
  isApart?: true
  /** From a keeper. */
  keeping?: Keeping
}

/**
 * `wait`: be a spare, with these built-in modules loaded. `maxLineBytes`: the longest request or answer of a run; older hosts do not
 * say it.
 */
export type Welcome = { maxLineBytes?: number } & (
  | { do: 'run'; assignment: Assignment }
  | { do: 'go-on' }
  | { do: 'wait'; modules: string[] }
  | { do: 'end' }
)

/** Everything a process needs to become a run. All paths are absolute. */
export type Assignment = {
  /** Run id, such as `web.7`. */
  run: string
  name: string
  slot: number
  path: string
  /** What the pod may do on its host; older hosts do not say it. */
  may?: Role
  storage: string
  cwd: string
  params: Record<string, string>
  /** How long a call of another pod may take, unless the caller sets a timeout. */
  callTimeoutMs: number
  /** The file of the pod's code. */
  main: string
  /** The code has no function to call: loading it is starting it, with these arguments. */
  program?: { args: string[]; ready?: 'said' | undefined }
  /** The socket at which it is called, where it is sure to be: it is opened while the code is loaded. Older hosts do not say it. */
  door?: string | undefined
  /** The sockets that it was given. */
  ports?: Port[] | undefined
  /** It accepts at them once its host says so, not before. */
  isChecked?: true
  /** It ends once this is over. */
  lease?: Lease
  log: LogAssignment
  /** Where the shim leaves {@link ExitNote} on a normal end. */
  exitFile: string
}

/**
 * What a shim leaves behind when its process ends by itself. `message`: the first line of an uncaught error. `outlook`:
 * `none` if a further attempt must end likewise, `slow` if only a change outside of the pod can help. A keeper leaves it
 * for a service, with the signal that ended it if there is no code, and the lifeline of a `ServiceEnd`.
 */
export type ExitNote = {
  code: number | null
  signal?: string
  message?: string
  outlook?: 'none' | 'slow'
  lifeline?: string
}
