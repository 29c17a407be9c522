// The types an author of a pod writes against: `import type { Pod, Bus, P8a } from 'p8a'`.
// They are the promise of docs/PODS.md; nothing here runs.
import type { PodConfigInput } from './config.ts'

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
}

/** The exported functions of another pod, called through the host's directory. */
export type Callee = { readonly [fn: string]: (...args: unknown[]) => Promise<unknown> }

/** The policy a pod states in `export const config = {...}`: read at push without running the code. */
export type Config = PodConfigInput
