// The types an author of a pod writes against: `import type { Pod, Bus, P8a } from 'p8a'`.
// They are the promise of docs/PODS.md; nothing here runs.
import type { PodConfigInput } from './config.ts'
import type { LogEntry, PodState, PodStatus, Pushed, RunInfo, Stopped } from './methods.ts'

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

/** What a run may say of itself. Only `up` counts as healthy. */
export type Status = 'up' | 'waiting' | 'error'

/** The emitter between a run and its host. */
export interface Bus {
  /** The host asks how the run is; a pod that listens must emit `status` `up` within `check.timeout`. */
  on(event: 'check', listener: () => void): this
  once(event: 'check', listener: () => void): this
  off(event: 'check', listener: () => void): this
  /** Says how the run is. `text` is what `pod status` shows beside it. */
  emit(event: 'status', status: Status, text?: string): boolean
}

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
  /** A directory of the pod's own that outlives its runs. It is also the working directory unless `config.cwd` says else. */
  readonly storage: string
  /** Writes a line to this run's log that begins with `[tag]`, so that `pod logs --tag` finds it. */
  log(tag: string, ...values: unknown[]): void
  /** Another pod of the same host: every function it exports is a method here. Arguments and results are JSON. */
  pod(name: string): Callee
  /**
   * Makes this pod a host: every verb works at its path, which is this pod's own path and `name`.
   * @param handlers the verbs it answers itself; the others are done by the root
   */
  host(name: string, handlers?: Handlers): Host
}

/** What `pod push` brings. */
export type Image = {
  name: string
  /** JavaScript that needs no bundling. */
  code: string
  /** Its source map, JSON. */
  map?: string
  /** The name of its source, for messages. */
  file?: string
}

/** How a pod in a host of one's own is; `status` alone will do. */
export type HandledStatus = { status: PodState; text?: string } & { [member: string]: unknown }

/**
 * The verbs that a host answers itself. What is thrown reaches the caller, with its `code` and `hint`. After `start`,
 * `restart` and `scale` nothing need be returned: then `status` is asked.
 */
export type Handlers = {
  /** @returns text, or any JSON, which `pod push` prints */
  push?(image: Image): unknown
  start?(name: string, params: Params, config: PodConfigInput): unknown
  stop?(name: string): unknown
  restart?(name: string): unknown
  scale?(name: string, scale: number): unknown
  status?(name: string): HandledStatus | Promise<HandledStatus>
  /** @returns each pod as `status` has it, and its `name` */
  list?(): unknown
  remove?(name: string, options: { force: boolean }): unknown
  /** @returns runs, each with an `id` at least */
  runs?(name: string): unknown
  /** @returns lines: texts, or objects with `time` and `text` */
  logs?(query: { [member: string]: unknown }): unknown
  call?(name: string, fn: string, args: unknown[]): unknown
  /** @returns members that `pod host status` shows in the place of the root's own */
  info?(): unknown
}

export type RunOptions = { config?: PodConfigInput }

/** A host that this pod is. */
export interface Host {
  /** Its dotted path from the root. */
  readonly path: string
  /** Resolves when it is there; rejects, and by default fails the run, where its name is taken. */
  readonly mounted: Promise<void>
  /**
   * Has the root run an image here: it spawns, supervises, logs and adopts it. Done again with the same image and params
   * it changes nothing.
   */
  run(name: string, image: Image, params?: Params, options?: RunOptions): Promise<HostedPod>
  /** All pods here that the root runs or has run. */
  runs(): Promise<HostedPod[]>
  /** The root's own behaviour here, past the handlers. */
  readonly own: {
    push(image: Image): Promise<Pushed>
    start(name: string, params?: Params, config?: PodConfigInput): Promise<PodStatus>
    stop(name: string): Promise<Stopped>
    restart(name: string): Promise<PodStatus>
    scale(name: string, scale: number): Promise<PodStatus>
    status(name: string): Promise<PodStatus>
    list(): Promise<PodStatus[]>
    remove(name: string, options?: { force?: boolean }): Promise<unknown>
    runs(name: string): Promise<RunInfo[]>
    logs(query?: { [member: string]: unknown }): Promise<LogEntry[]>
    call(name: string, fn: string, args?: unknown[]): Promise<unknown>
  }
  /** A `p8a` for a pod that this one imports and runs by itself, as pod `name` of this host. */
  scope(name: string): P8a
}

/** A pod in a host of one's own. */
export interface HostedPod {
  readonly path: string
  readonly name: string
  /** As it was told last. */
  readonly status: PodState
  readonly text: string
  /** Resolves when it is down: by a stop (`idle`), or because it was given up (`error`). */
  readonly ended: Promise<PodState>
  stop(): Promise<void>
  call(fn: string, ...args: unknown[]): Promise<unknown>
  /** Told whenever its status or text changes. */
  on(event: 'status', listener: (status: PodState, text: string) => void): this
  once(event: 'status', listener: (status: PodState, text: string) => void): this
  off(event: 'status', listener: (status: PodState, text: string) => void): this
}

/** The exported functions of another pod, called through the host's directory. */
export type Callee = { readonly [fn: string]: (...args: unknown[]) => Promise<unknown> }

/** The policy a pod states in `export const config = {...}`: read at push without running the code. */
export type Config = PodConfigInput
