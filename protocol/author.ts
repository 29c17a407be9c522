// The types for authors of pods: `import type { Pod, Bus, P8a } from 'p8a'`. They are the promise of docs/PODS.md;
// nothing here runs.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Callee, CalleeOptions, Queue, QueueOptions } from './author/callee.ts'
import type { Handlers, Image, LogQuery, Talk } from './author/handlers.ts'
import type { HostedPod, OwnVerbs } from './author/own-verbs.ts'
import type { Params } from './author/params.ts'
import type { Bus } from './bus.ts'
import type { PodConfigInput } from './config.ts'
import type { EventType, HostEvent } from './events.ts'
import type { MethodInput, MethodName, MethodResults } from './methods.ts'
import type { Watch } from './watch.ts'
import type { LogEntry, PodStatus, RunInfo, Started, Stopped } from './words.ts'
import type { HostInfo } from './words-host.ts'
import type { Pushed, Script, VersionInfo } from './words-version.ts'

export type {
  CallContext,
  Callee,
  CalleeOptions,
  CallResult,
  Queue,
  QueuedItem,
  QueueOptions,
} from './author/callee.ts'
export type {
  Asked,
  AskedForEnv,
  AskedForOutput,
  AskedForRuns,
  AskedToGroup,
  AskedToReload,
  AskedToRollback,
  AskedToStart,
  EventQuery,
  HandledChange,
  HandledStatus,
  Handlers,
  Image,
  LogQuery,
  QueueVerb,
  Talk,
} from './author/handlers.ts'
export type { HostedPod, OwnVerbs } from './author/own-verbs.ts'
export type { Params } from './author/params.ts'
export type { Bus, Listener, TopicOptions } from './bus.ts'
export type { Change, PodChange } from './changes.ts'
export type { PodConfigInput } from './config.ts'
export type { EventType, HostEvent } from './events.ts'
export type { Watch } from './watch.ts'
export type {
  Asker,
  ImageInfo,
  LogEntry,
  PodState,
  PodStatus,
  RunEnd,
  RunInfo,
  RunOutput,
  RunStatus,
  Started,
  Status,
  Stopped,
} from './words.ts'
export type { HostInfo } from './words-host.ts'
export type { Pushed, Script, VersionInfo } from './words-version.ts'

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
