// What the root does for a pod that is a host: its verbs there, and the pods that it runs there.
import type { PodConfigInput } from '../config.ts'
import type { MethodResults } from '../methods.ts'
import type { LogEntry, PodEnv, PodState, PodStatus, RunInfo, RunOutput, Started, Stopped } from '../words.ts'
import type { Pushed, Script, VersionInfo } from '../words-version.ts'
import type {
  Asked,
  AskedForEnv,
  AskedForOutput,
  AskedForRuns,
  AskedToGroup,
  AskedToReload,
  AskedToRollback,
  AskedToStart,
  Image,
  LogQuery,
  Talk,
} from './handlers.ts'
import type { Params } from './params.ts'

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
  list(options?: Partial<Asked> & { usage?: boolean; after?: string; limit?: number }): Promise<PodStatus[]>
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
