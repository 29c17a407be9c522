// What a pod that is a host answers: its handlers, and what each is given.
import type { PodChange } from '../changes.ts'
import type { PodConfigInput } from '../config.ts'
import type { EventType } from '../events.ts'
import type { ProcessStatus } from '../methods/seen.ts'
import type { MethodInput } from '../methods.ts'
import type { Tree } from '../tree.ts'
import type { Asker, PodState, RunOutput } from '../words.ts'
import type { QueueResults } from '../words-queue.ts'
import type { Params } from './params.ts'

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

/** What may be asked of queues. */
export type QueueVerb = keyof QueueResults extends `queue.${infer Verb}` ? Verb : never

/** The status of a pod in a pod's own host; only `status` is required. */
export type HandledStatus = { status: PodState; text?: string } & { [member: string]: unknown }

/** A change of the pods of a host as its `watch` handler yields it, where it tells whole pods. */
export type HandledChange =
  | { type: 'snapshot'; pods: HandledStatus[] }
  | { type: 'added' | 'pushed' | 'changed' | 'status'; name: string; pod: HandledStatus }
  | { type: 'removed'; name: string }

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
  /**
   * `after`, `limit`: of all that there are, by name, those behind that one, and so many at most. One that looks at neither returns all, of which
   * the host takes what is wanted.
   * @returns each pod as `status` has it, and its `name`
   */
  list?(asked: Asked & { usage: boolean; after?: string; limit?: number }): unknown
  /** With `run` it is about that run of a script only. */
  remove?(name: string, asked: Asked & { force: boolean; run?: string }): unknown
  /** Without a name: the runs of all pods. @returns runs, each with at least an `id` */
  runs?(name: string | undefined, asked: AskedForRuns): unknown
  /**
   * @returns lines: texts, or objects with `time` and `text`, as a list or a generator, which may go on if `follow` is
   * true; `signal` is aborted when nobody reads them any more
   */
  logs?(query: LogQuery & Asked): unknown
  /**
   * What happened to the pods here. Without this handler, the root answers with what it knows itself.
   * @returns events in order of their numbers, as a list or a generator, which goes on if `follow` is true
   */
  events?(query: EventQuery & Asked): unknown
  /**
   * All about work. Without this handler, the queue among the pods of this host answers.
   * @param verb the method without its `queue.`, such as `add`
   * @param params those of the method, without its path
   * @returns the result of the method, as docs/PROTOCOL.md has it
   */
  queue?(verb: QueueVerb, params: object, asked: Asked): unknown
  /** A script as it was last pushed. @returns at least `{ script, encoding? }` */
  script?(name: string, asked: Asked & { encoding?: 'utf8' | 'base64' }): unknown
  /** A part of what a run of a script wrote. @returns `{ run, data, encoding, offset, next, done }`, and `end` once it is over */
  output?(name: string, asked: AskedForOutput): unknown
  call?(name: string, fn: string, args: unknown[], asked: Asked & { timeoutMs?: number }): unknown
  /** No verb: a pod of this host calls one that is not up in it. Without this handler, the call fails. */
  reach?(name: string, fn: string, args: unknown[], asked: Asked & { timeoutMs?: number }): unknown
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
   * Yields how the pods here change, as `host.watch` does: a snapshot first, then each change. Where the pod of a change has `runs`, these
   * are all of them. `asked.signal` is aborted when nobody watches any more. Without this handler, `list` is asked again whenever something
   * may have changed.
   */
  watch?(asked: Asked): AsyncIterable<PodChange | HandledChange>
  /** @returns members that `pod host status` shows in the place of the root's own */
  info?(asked: Asked): unknown
}

/** The lines that are asked for. Times are RFC 3339 in UTC. */
export type LogQuery = {
  name?: string
  run?: string
  tags?: string[]
  /** Lines that have this text, upper and lower case alike. */
  grep?: string
  since?: string
  until?: string
  limit?: number
  follow: boolean
}

/** The events that are asked for: the last ones, or the first behind a number. `since` is RFC 3339 in UTC. */
export type EventQuery = {
  name?: string
  types?: EventType[]
  after?: number
  since?: string
  limit?: number
  follow: boolean
}
