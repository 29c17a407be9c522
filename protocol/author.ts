// The types for authors of pods: `import type { Pod, Bus, P8a } from 'p8a'`. They are the promise of docs/PODS.md;
// nothing here runs.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Bus } from './bus.ts'
import type { PodChange } from './changes.ts'
import type { PodConfigInput } from './config.ts'
import type { EventType, HostEvent } from './events.ts'

export type { PodConfigInput } from './config.ts'

import type { ProcessStatus } from './methods/seen.ts'
import type { MethodInput, MethodName, MethodResults } from './methods.ts'
import type { Tree } from './tree.ts'
import type { Watch } from './watch.ts'
import type {
  Asker,
  HostInfo,
  LogEntry,
  PodEnv,
  PodState,
  PodStatus,
  Pushed,
  RunInfo,
  RunOutput,
  Script,
  Started,
  Stopped,
  VersionInfo,
} from './words.ts'

export type { Bus, Listener, TopicOptions } from './bus.ts'
export type { Change, PodChange } from './changes.ts'
export type { EventType, HostEvent } from './events.ts'
export type { Watch } from './watch.ts'
export type {
  Asker,
  HostInfo,
  ImageInfo,
  LogEntry,
  PodState,
  PodStatus,
  Pushed,
  RunEnd,
  RunInfo,
  RunOutput,
  RunStatus,
  Script,
  Started,
  Status,
  Stopped,
  VersionInfo,
} from './words.ts'

/**
 * The default export of a pod. It is called once in each run; the run is up when it has resolved, or has emitted
 * status `up`, or is alive and answering after `config.readyAfter`.
 * @param params what was given at start; values are always strings
 * @param bus the emitter between this run and its host
 * @param p8a what the host offers
 * @returns nothing, or a cleanup function that is awaited on stop
 */
export type Pod = (params: Params, bus: Bus, p8a: P8a) => PodResult | Promise<PodResult>

/** What a pod's default export may return: a cleanup function, awaited on stop. */
// biome-ignore lint/suspicious/noConfusingVoidType: a pod that returns nothing is written without a return
export type PodResult = Cleanup | void

/** Called once when the run is asked to stop, before its process group gets SIGTERM. */
export type Cleanup = () => unknown | Promise<unknown>

/** `pod start origin main --value 24` gives `{ value: '24' }`. */
export type Params = Readonly<Record<string, string>>

/**
 * `export const fetch`, or `export default { fetch }`: answers the requests at the first port of the pod (the one named `main`, if
 * there is one). What it throws is logged, and answered with 500.
 * @param request as the standard has it; its `signal` is aborted when its client goes before it was answered
 */
export type Fetch = (request: Request, context: FetchContext) => Response | Promise<Response>

/** What comes with a request. It is also the third argument, where handlers for Workers look for it. */
export interface FetchContext {
  readonly params: Params
  readonly bus: Bus
  readonly p8a: P8a
  /** The address of the client; undefined at a Unix socket. */
  readonly remoteAddress: string | undefined
  /** A run that is drained or stopped waits for the promise, within its time. If it is rejected, the error is logged. */
  waitUntil(promise: PromiseLike<unknown>): void
}

/**
 * `export const upgrade`: takes over a connection that asks for another protocol, such as a WebSocket. The arguments are those of the
 * event `upgrade` of `node:http`, so that `ws`, socket.io and the like take them as they are. Without it, `fetch` answers.
 * @param head the first bytes that came behind the request
 */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, context: FetchContext) => unknown

/** What the host offers to a run. */
export interface P8a {
  /** The pod's name. */
  readonly name: string
  /** This run's id, such as `web.7`: a number never reused within the pod. */
  readonly run: string
  /** This run's slot, from 0 to scale - 1. */
  readonly slot: number
  /** The dotted path of the host this pod is on; the root is `''`. */
  readonly path: string
  /**
   * A directory of the pod's own that outlives its runs. It is also the working directory unless `config.cwd` names
   * another.
   */
  readonly storage: string
  /**
   * Writes a line to this run's log that begins with `[tag]`, so that `pod logs --tag` finds it. While `fetch` answers a request with the
   * header `X-Request-Id`, the id follows: `[tag] (ID) text`.
   */
  log(tag: string, ...values: unknown[]): void
  /**
   * Another pod of this host or, as `inner.second.web`, of one within it: every function it exports is a method here.
   * Arguments and results are JSON. The host says where the pod is; the calls themselves go from run to run.
   * @param name a pod, whose least busy run is called; or one run, such as `web.7`
   * @throws {TypeError} if the options are wrong
   */
  pod(name: string, options?: CalleeOptions): Callee
  /**
   * The queue of a worker of this host or, as `inner.mail`, of one within it: a call of a function stores an item, which some run of
   * the worker does.
   * @throws {TypeError} if the options are wrong
   */
  queue(name: string, options?: QueueOptions): Queue
  /**
   * The verbs of the host that this pod is on, as functions. What they may do is bounded by `may` in the pod's config. While there
   * is no host they wait for the next one, up to the host's `callTimeout`; each is asked for once.
   */
  readonly verbs: Verbs
  /**
   * What becomes of the pods and runs of the host that this pod is on: a snapshot, then each change, until the loop is left or the signal
   * aborted. When the host was away, or the loop is too slow, there is another snapshot.
   */
  watch(options?: WatchOptions): Watch
  /**
   * What happens on the host that this pod is on, and on those within it, event by event, from now on or behind the number `after`,
   * until the loop is left or the signal aborted. When the host was away, or the loop is slow, it goes on behind the last number, without
   * a gap. Where events are not kept any more by then, there is one of the type `missed` first.
   */
  events(options?: EventOptions): AsyncGenerator<HostEvent, void, undefined>
  /**
   * Makes this pod a host: every verb works at its path, which is this pod's own path and `name`.
   * @param handlers the verbs that it answers itself; the root answers the others
   */
  host(name: string, handlers?: Handlers, options?: HostOptions): Host
}

/** `others: 'refuse'`: verbs that have no handler are refused, also those that come with later versions of p8a. Without it the root does them. */
export type HostOptions = { others?: 'refuse' }

/** `path`: a host within this pod's own, such as `inner.second`; `within`: also the hosts within that one. */
export type WatchOptions = { path?: string | undefined; within?: boolean | undefined; signal?: AbortSignal | undefined }

/** `name`: events of this pod alone; `types`: of these types; `after`: behind this number; `path`: of a host within this pod's own. */
export type EventOptions = {
  name?: string | undefined
  types?: EventType[] | undefined
  after?: number | undefined
  path?: string | undefined
  signal?: AbortSignal | undefined
}

/** Where a verb is done: on this pod's own host, or at `path` on one within it. `signal` gives it up: the answer is not waited for any more. */
export type VerbOptions = { path?: string | undefined; signal?: AbortSignal | undefined }

/** What a method of the wire takes beside these members. */
type Given<M extends MethodName, Members extends string = never> = VerbOptions &
  Omit<MethodInput<M>, 'path' | 'hops' | Members>

/**
 * The verbs of a host. Each rejects with what the host answers (an error with `code`, `hint` and `facts`), with `forbidden` beyond
 * what the pod may, with `host_gone` where there is no host, or it goes away before it answers, and with `aborted` by the signal.
 */
export interface Verbs {
  info(options?: VerbOptions): Promise<HostInfo>
  push(image: Image, options?: VerbOptions): Promise<Pushed>
  start(name: string, options?: Given<'pod.start', 'name'>): Promise<Started>
  /** Sees to it that a pod is up, whoever else does at that moment. */
  wake(name: string, options?: Given<'pod.wake', 'name'>): Promise<PodStatus>
  /** Puts a pod that has ports to sleep. */
  sleep(name: string, options?: Given<'pod.sleep', 'name'>): Promise<PodStatus>
  stop(name: string, options?: Given<'pod.stop', 'name'>): Promise<Stopped>
  restart(name: string, options?: Given<'pod.restart', 'name'>): Promise<PodStatus>
  /** Lets another run take the place of each, once it is up. */
  reload(name: string, options?: Given<'pod.reload', 'name'>): Promise<PodStatus>
  /** Reloads it to what was up before. */
  rollback(name: string, options?: Given<'pod.rollback', 'name'>): Promise<PodStatus>
  scale(name: string, scale: number, options?: Given<'pod.scale', 'name' | 'scale'>): Promise<PodStatus>
  status(name: string, options?: Given<'pod.status', 'name'>): Promise<PodStatus>
  versions(name: string, options?: VerbOptions): Promise<VersionInfo[]>
  list(options?: Given<'pod.list'>): Promise<PodStatus[]>
  remove(name: string, options?: Given<'pod.remove', 'name'>): Promise<MethodResults['pod.remove']>
  /** The records of a pod's runs, or, without a name, of all; newest first. */
  runs(name?: string, options?: Given<'pod.runs', 'name'>): Promise<RunInfo[]>
  script(name: string, options?: Given<'pod.script', 'name'>): Promise<Script>
  call(
    name: string,
    fn: string,
    args?: unknown[],
    options?: Given<'pod.call', 'name' | 'fn' | 'args'>,
  ): Promise<unknown>
  /** Names of the commands that the shell of a pod has beside the verbs; without a name, that of the host. */
  commands(name?: string, options?: VerbOptions): Promise<string[]>
  /** Runs one of them; `send` and `recv` are called with what it shows and asks. @returns what it returns */
  command(name: string | undefined, argv: readonly string[], options: VerbOptions & Talk): Promise<unknown>
  /** Lines in order of time, one by one; with `follow` they go on as they come. */
  logs(query?: VerbOptions & Partial<LogQuery>): AsyncIterable<LogEntry>
  /** What a run of a script wrote, in parts; with `follow` until it ends. It goes on where the host was away meanwhile. */
  output(
    name: string,
    options?: VerbOptions & { run?: string; offset?: number; follow?: boolean },
  ): AsyncIterable<Uint8Array>
  /** Any other method of the wire, with its parameters as they are there; without a `path` it is about this pod's own host. */
  ask<M extends MethodName>(
    method: M,
    params?: MethodInput<M>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<MethodResults[M]>
}

/** What `pod push` brings. */
export type Image = {
  name: string
  /** JavaScript that needs no bundling, or a script; in base64 if `encoding` says so. A folder has none. */
  code?: string
  encoding?: 'utf8' | 'base64'
  /** `script`: it is stored as one, whatever it looks like; `service`: as one that is kept up. */
  kind?: 'script' | 'service'
  /** Its source map, JSON. */
  map?: string
  /** The name of its source, for messages. */
  file?: string
  /** Labels that the pod gets beside those that it has. */
  labels?: Record<string, string>
  /** What the version is about, for people. */
  message?: string
  /** The files of a folder, whose bytes the root has already; and how it is built and started. */
  tree?: Tree
  entry?: string
  args?: string[]
  command?: string
  build?: string
  noBuild?: boolean
  asIs?: boolean
  writable?: string[]
  /** One program with what it loads. */
  isProgram?: boolean
  /** The folder in the tree that is meant, where that is a workspace, and the packages of that which it needs. */
  within?: string
  workspaces?: string[]
  /** The machine that native addons in the tree were built for. */
  builtFor?: { platform: string; arch: string; modules: string }
}

/** The status of a pod in a pod's own host; only `status` is required. */
export type HandledStatus = { status: PodState; text?: string } & { [member: string]: unknown }

/**
 * How a verb is asked for: the last argument of each handler. A host that hands a verb on to another one hands all of it on but `by` and
 * `signal`, which are no parameters.
 */
export type Asked = {
  /** How many hosts have passed the verb on. */
  hops: number
  /** Who asks: a token, `local`, or a run of a pod, and what they may do. */
  by: Asker
  /** Aborted when nobody waits for the answer any more: its time is over, or who asks has given up or is gone. */
  signal: AbortSignal
}

/** What a start brings beside params and config. */
export type AskedToStart = Asked & {
  wait: boolean
  version?: number
  args?: string[]
  stdin?: string
  stdinEncoding: 'utf8' | 'base64'
  /** It is to sleep until somebody connects. */
  asleep?: boolean
}

/** How a reload is to be done; `params` and `config` stand in the place of those that it has. */
export type AskedToReload = Asked & {
  wait: boolean
  version?: number
  width: number
  params?: Params
  config?: PodConfigInput
}

export type AskedToRollback = Asked & { wait: boolean; version?: number; versionOnly: boolean; width: number }

export type AskedForEnv = Asked & {
  wait: boolean
  set: Readonly<Record<string, string>>
  unset: readonly string[]
  /** Whoever asks wants the values too, which may be secret. */
  values: boolean
}

export type AskedToGroup = Asked & Pick<MethodInput<'pod.group'>, 'sticky' | 'route'>

/** How a command talks with its client. */
export type Talk = {
  /**
   * Shows text as it is and adds no line break; resolves when the client's connection has taken it, and rejects when the client is gone or
   * has canceled the command.
   */
  send(text: string): Promise<void>
  /** Asks the client for a line; rejects when it is gone, has canceled, or has no more lines. */
  recv(question?: string): Promise<string>
}

/** Which runs are asked for. `since` is RFC 3339 in UTC. */
export type AskedForRuns = Asked & {
  active: boolean
  failed: boolean
  scripts: boolean
  status?: ProcessStatus
  run?: string
  since?: string
  offset: number
  limit: number
}

/** Which part of what a run of a script wrote is asked for; with `waitMs`, the answer may wait so long for more. */
export type AskedForOutput = Asked & {
  run?: string
  offset: number
  limit: number
  waitMs: number
  encoding: RunOutput['encoding']
}

/**
 * The verbs that a host answers itself. What a handler throws reaches the caller, with its `code` and `hint`. `start`,
 * `restart` and `scale` may return nothing: then `status` is asked.
 */
export type Handlers = {
  /** @returns text, or any JSON, which `pod push` prints */
  push?(image: Image, asked: Asked): unknown
  /**
   * If `wait` is false, the caller only wants it to begin; the same holds below. `args` and `stdin` are for a script.
   */
  start?(name: string, params: Params, config: PodConfigInput, asked: AskedToStart): unknown
  /** @returns nothing, or how its runs ended, as `own.stop` returns it */
  stop?(name: string, asked: Asked & { wait: boolean }): unknown
  restart?(name: string, asked: Asked & { wait: boolean; version?: number }): unknown
  /** Another run is to come up beside each run, and take its place. */
  reload?(name: string, asked: AskedToReload): unknown
  /** As a reload, to what was up before, or to `version`. */
  rollback?(name: string, asked: AskedToRollback): unknown
  /** It is to be up, and nothing is to be done where it is already. */
  wake?(name: string, asked: Asked & { wait: boolean; epoch?: number }): unknown
  /** It is to end, in such a way that `wake` brings it back. */
  sleep?(name: string, asked: Asked & { wait: boolean; epoch?: number }): unknown
  scale?(name: string, scale: number, asked: Asked & { wait: boolean }): unknown
  /** Sets environment variables, and unsets some. @returns `{ env }`, all that there are, each with its `name`, and its `value` if `values` is true */
  env?(name: string, asked: AskedForEnv): unknown
  /** Writes into the stdin of its runs. @returns nothing, or `{ runs, bytes }` */
  send?(name: string, text: string, asked: Asked & { encoding: 'utf8' | 'base64' }): unknown
  /** A name is to mean these pods, by their weights; without any, it means no group any more. */
  group?(name: string, members: Readonly<Record<string, number>>, asked: AskedToGroup): unknown
  /** What a pod used lately; without a name, what all of them did. @returns `{ everyMs, points }`, and `pods` if `last` is true */
  usage?(name: string | undefined, asked: Asked & { last: boolean }): unknown
  status?(name: string, asked: Asked & { usage: boolean }): HandledStatus | Promise<HandledStatus>
  /** @returns the versions that are kept, each with its number as `version` at least */
  versions?(name: string, asked: Asked): unknown
  /** @returns each pod as `status` has it, and its `name` */
  list?(asked: Asked & { usage: boolean }): unknown
  /** With `run` it is about that run of a script only. */
  remove?(name: string, asked: Asked & { force: boolean; run?: string }): unknown
  /** Without a name: the runs of all pods. @returns runs, each with at least an `id` */
  runs?(name: string | undefined, asked: AskedForRuns): unknown
  /**
   * @returns lines: texts, or objects with `time` and `text`, as a list or a generator, which may go on if `follow` is
   * true; `signal` is aborted when nobody reads them any more
   */
  logs?(query: LogQuery & Asked): unknown
  /** A script as it was last pushed. @returns at least `{ script, encoding? }` */
  script?(name: string, asked: Asked & { encoding?: 'utf8' | 'base64' }): unknown
  /** A part of what a run of a script wrote. @returns `{ run, data, encoding, offset, next, done }`, and `end` once it is over */
  output?(name: string, asked: AskedForOutput): unknown
  call?(name: string, fn: string, args: unknown[], asked: Asked & { timeoutMs?: number }): unknown
  /**
   * The commands that the shell of a pod has beside the verbs; without a name, those of the shell of this host.
   * @returns their names
   */
  commands?(name: string | undefined, asked: Asked): readonly string[] | Promise<readonly string[]>
  /**
   * Runs one of them, for as long as it likes.
   * @param argv its name, then the words after it
   * @returns what is shown at the end: a text as it is, anything else as JSON, nothing for `undefined` and `null`
   */
  command?(name: string | undefined, argv: readonly string[], asked: Asked & Talk): unknown
  /**
   * Yields how the pods here change, as `host.watch` does: a snapshot first, then each change. `asked.signal` is
   * aborted when nobody watches any more. Without this handler, `list` is asked again whenever something may have
   * changed.
   */
  watch?(asked: Asked): AsyncIterable<PodChange>
  /** @returns members that `pod host status` shows in the place of the root's own */
  info?(asked: Asked): unknown
}

/** The lines that are asked for. Times are RFC 3339 in UTC. */
export type LogQuery = {
  name?: string
  run?: string
  tags?: string[]
  since?: string
  until?: string
  limit?: number
  follow: boolean
}

/** @param signal aborted when the imported pod is stopped: then the hosts that it made are closed */
export type ScopeOptions = { signal?: AbortSignal | undefined }

export type RunOptions = { config?: PodConfigInput }

/** A host that this pod is. */
export interface Host {
  /** Its dotted path from the root. */
  readonly path: string
  /**
   * Resolves when the host is mounted; rejects if its name is taken. Unless the pod awaits it, a rejection fails the
   * run.
   */
  readonly mounted: Promise<void>
  /**
   * Asks the root to run an image here: the root spawns, supervises, logs and adopts it. A second call with the same
   * image and params changes nothing.
   */
  run(name: string, image: Image, params?: Params, options?: RunOptions): Promise<HostedPod>
  /** All pods here that the root runs or has run. */
  runs(): Promise<HostedPod[]>
  /** The verbs as the root does them here, without the handlers. */
  readonly own: OwnVerbs
  /** A `p8a` for a pod that this one imports and runs by itself, as pod `name` of this host. */
  scope(name: string, options?: ScopeOptions): P8a
  /**
   * Says that the pods here may have changed: everyone who watches this host is told the differences. Not needed after
   * a verb, nor for pods that the root runs here.
   */
  changed(): void
  /** Closes the host: its pods are stopped, and its verbs answer `host_gone`, until it is made again. */
  close(): Promise<void>
}

/**
 * The verbs of a pod's own host as the root does them, past its handlers. Each takes what its handler is given, `asked` as it is; of that
 * `by` is left out, since it is this pod that asks the root.
 */
export interface OwnVerbs {
  push(image: Image): Promise<Pushed>
  start(name: string, params?: Params, config?: PodConfigInput, options?: Partial<AskedToStart>): Promise<Started>
  stop(name: string, options?: Partial<Asked> & { wait?: boolean }): Promise<Stopped>
  restart(name: string, options?: Partial<Asked> & { wait?: boolean; version?: number }): Promise<PodStatus>
  reload(name: string, options?: Partial<AskedToReload>): Promise<PodStatus>
  rollback(name: string, options?: Partial<AskedToRollback>): Promise<PodStatus>
  wake(name: string, options?: Partial<Asked> & { wait?: boolean; epoch?: number }): Promise<PodStatus>
  sleep(name: string, options?: Partial<Asked> & { wait?: boolean; epoch?: number }): Promise<PodStatus>
  env(name: string, options?: Partial<AskedForEnv>): Promise<PodEnv>
  send(
    name: string,
    text: string,
    options?: Partial<Asked> & { encoding?: 'utf8' | 'base64' },
  ): Promise<MethodResults['pod.send']>
  group(
    name: string,
    members: Readonly<Record<string, number>>,
    options?: Partial<AskedToGroup>,
  ): Promise<MethodResults['pod.group']>
  usage(name?: string, options?: Partial<Asked> & { last?: boolean }): Promise<MethodResults['pod.usage']>
  scale(name: string, scale: number, options?: Partial<Asked> & { wait?: boolean }): Promise<PodStatus>
  status(name: string, options?: Partial<Asked> & { usage?: boolean }): Promise<PodStatus>
  versions(name: string, options?: Partial<Asked>): Promise<VersionInfo[]>
  /** What a version is made of, and how it is pushed elsewhere; by default the one to run. */
  image(name: string, options?: Partial<Asked> & { version?: number }): Promise<MethodResults['image.show']>
  /** A part of the bytes of a file of an image, base64, from `offset` on. */
  imageBytes(
    name: string,
    file: string,
    options?: Partial<Asked> & { version?: number; offset?: number },
  ): Promise<MethodResults['image.bytes']>
  list(options?: Partial<Asked> & { usage?: boolean }): Promise<PodStatus[]>
  remove(
    name: string,
    options?: Partial<Asked> & { force?: boolean; run?: string },
  ): Promise<MethodResults['pod.remove']>
  runs(name?: string, options?: Partial<AskedForRuns>): Promise<RunInfo[]>
  script(name: string, options?: Partial<Asked> & { encoding?: 'utf8' | 'base64' }): Promise<Script>
  output(name: string, options?: Partial<AskedForOutput>): Promise<RunOutput>
  /** The lines that there are, in order of time; with `follow` one by one, and on as they come. */
  logs(query: Partial<LogQuery & Asked> & { follow: true }): AsyncIterable<LogEntry>
  logs(query?: Partial<LogQuery & Asked> & { follow?: false }): Promise<LogEntry[]>
  logs(query?: Partial<LogQuery & Asked>): Promise<LogEntry[]> | AsyncIterable<LogEntry>
  call(name: string, fn: string, args?: unknown[], options?: Partial<Asked> & { timeoutMs?: number }): Promise<unknown>
  commands(name: string, options?: Partial<Asked>): Promise<string[]>
  command(name: string, argv: readonly string[], options: Partial<Asked> & Talk): Promise<unknown>
}

/** A pod in a pod's own host. */
export interface HostedPod {
  readonly path: string
  readonly name: string
  /** As last told. */
  readonly status: PodState
  readonly text: string
  /** Resolves when it is down: by a stop (`idle`), or because it was given up (`error`). */
  readonly ended: Promise<PodState>
  stop(): Promise<void>
  call(fn: string, ...args: unknown[]): Promise<unknown>
  /** Emitted whenever its status or text changes. */
  on(event: 'status', listener: (status: PodState, text: string) => void): this
  once(event: 'status', listener: (status: PodState, text: string) => void): this
  off(event: 'status', listener: (status: PodState, text: string) => void): this
}

/** What ends the calls of a callee before their answer. */
export type CalleeOptions = {
  /** How long each may take: milliseconds, or a text such as `'5s'`. Default: the host's `callTimeout`. */
  timeout?: number | string | undefined
  /** When it is aborted, it ends all calls that are under way, and all later ones. */
  signal?: AbortSignal | undefined
  /** In a `call` handler: how many hosts have passed on the call. */
  hops?: number | undefined
  /**
   * Calls of a run with the same id are one call, also if the caller was killed and asks again: it goes on when its caller is gone, and
   * what came of it is kept for a minute. A generator is called again. For a name that means one run, such as `web.7`.
   */
  once?: string | undefined
  /** Calls with the same key go to the same pod of a group, as long as that is up. */
  key?: string | undefined
  /** Is called with each value, if the function is a generator; what it returns is awaited before the next one. */
  each?: ((value: unknown) => unknown) | undefined
}

/** How an item is enqueued. Durations are milliseconds or texts such as `'10m'`. */
export type QueueOptions = {
  /** The same id is the same item, for `window` (one hour). */
  id?: string | undefined
  window?: number | string | undefined
  /** From when on it may begin. */
  delay?: number | string | undefined
  at?: Date | number | string | undefined
  /** Items of a key begin one after the other, in their order. */
  key?: string | undefined
  /** The lower, the sooner. Default: 0 */
  priority?: number | undefined
  /** After how long it is not begun any more, and broken off if it was. */
  deadline?: number | string | undefined
  retries?: number | undefined
  backoff?: number | string | undefined
  timeout?: number | string | undefined
  /** Wait for what becomes of it: the item stands for what the function returns. */
  wait?: boolean | undefined
  /** Gives up waiting; the item stays. */
  signal?: AbortSignal | undefined
}

/** The functions of a worker: a call stores an item. */
export type Queue = { readonly [fn: string]: (...args: unknown[]) => QueuedItem }

/**
 * An item: awaited, `{ id, isNew, state }` once it is on the disk; with `wait`, what the function returned. `for await` gives what a
 * generator yields. It rejects with `pod_not_found`, `function_not_found`, `queue_full`, `too_large`, and, where it is waited for,
 * `item_failed`.
 */
export interface QueuedItem extends PromiseLike<unknown>, AsyncIterable<unknown> {}

/** The exported functions of another pod. */
export type Callee = { readonly [fn: string]: (...args: unknown[]) => CallResult }

/**
 * A call: await it for what the function returns, or, if that is a generator, take its values with `for await`. It
 * rejects with an error whose `code` is `pod_not_found`, `run_not_found`, `pod_not_up`, `function_not_found`,
 * `call_failed` (with the remote error's `name`, `stack` and `errorCode` among its `facts`), `timeout`, `aborted`,
 * `host_gone` or `too_large`.
 */
export interface CallResult extends PromiseLike<unknown>, AsyncIterable<unknown> {
  catch<T = never>(onFailed?: ((error: unknown) => T | PromiseLike<T>) | null): Promise<unknown>
  finally(onFinally?: (() => void) | null): Promise<unknown>
}

/** What an exported function finds as `this`, unless it is an arrow function. */
export interface CallContext {
  /** Aborted when the caller no longer waits: it gave up, its time was over, or it is gone. */
  readonly signal: AbortSignal
  /** When the caller's time is over, in milliseconds of `Date.now()`. */
  readonly deadlineMs: number | undefined
  /** The run that calls, such as `web.7`; undefined if a client of the host calls. */
  readonly caller: string | undefined
  /** The id by which the caller makes this call once. Of an item of work it is `QUEUE/ID/ATTEMPT`. */
  readonly once: string | undefined
}

/** The policy a pod states in `export const config = {...}`: read at push without running the code. */
export type Config = PodConfigInput

/** `export const commands = {...}`: what a pod adds to its own shell, by name. */
export type Commands = { readonly [name: string]: Command }

/**
 * A command of a pod's shell.
 * @param argv its name, then the words after it
 * @param send shows text as it is and adds no line break; resolves when the client's connection has taken it, and
 * rejects when the client is gone or has canceled the command
 * @param recv asks the client for a line; rejects when it is gone, has canceled, or has no more lines
 * @param primary the verbs of the host
 * @returns what is shown at the end: a text as it is, anything else as JSON, nothing for `undefined` and `null`
 */
export type Command = (
  argv: readonly string[],
  send: (text: string) => Promise<void>,
  recv: (question?: string) => Promise<string>,
  primary: Primary,
) => unknown

/**
 * The verbs of the host as functions: each method of the wire without its `pod.`, and the others by their full name:
 * `await primary.status({ name: 'web' })`, `await primary['host.info']()`. If the host refuses, they throw the error
 * with its `code`. `primary.send({ type: 'restart' })` is the verb as a message, about the pod itself unless it has another
 * `name`.
 */
export type Primary = {
  send(message: { type: string; name?: string } & Record<string, unknown>): Promise<unknown>
} & {
  readonly [M in MethodName as M extends `pod.${infer Verb}` ? Verb : M]: Partial<MethodInput<M>> extends MethodInput<M>
    ? (params?: MethodInput<M>) => Promise<MethodResults[M]>
    : (params: MethodInput<M>) => Promise<MethodResults[M]>
}
