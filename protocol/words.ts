// The nouns of the wire: what a pod, a run and a log line look like to a client; a host and versions have files of their own. Only types;
// the methods that answer with them stand in methods.ts. Times are RFC 3339 texts, durations milliseconds, memory bytes.

import type { PodConfig } from './config.ts'
import type { Membership } from './group.ts'
import type { Isolate } from './isolate.ts'
import type { Labels } from './labels.ts'
import type { Port } from './listen.ts'
import type { Role } from './roles.ts'

/** What a run may say about itself. Only `up` counts as healthy. */
export type Status = 'up' | 'waiting' | 'error'

/** A service is kept up; a script has a run for each start. */
export type PodKind = 'service' | 'script'

/** The four words everyone sees. */
export type PodState = 'idle' | 'waiting' | 'up' | 'error'

export type PodStatus = {
  name: string
  path: string
  kind: PodKind
  status: PodState
  /** What the pod says about itself, or what the host waits for. */
  text: string
  /** The version that runs, or is to run; 0 if nothing was started yet. */
  version: number
  /** The newest version pushed. */
  latest: number
  hash: string
  want: 'up' | 'idle'
  /** Runs wanted, and runs that are up. */
  scale: number
  up: number
  /** In how many slots attempts have failed too often, if there are any. */
  failed?: number
  /** Restarts since the last explicit start. */
  restarts: number
  params: Record<string, string>
  labels: Labels
  /** Names of the functions that can be called. */
  exports: string[]
  /** It is started with arguments: a script, or a program that was not written for p8a. */
  takesArgs?: true
  config: ConfigInForce
  /** Every version that is kept, oldest first; only if one pod is asked for. */
  images?: ImageInfo[]
  runs: RunStatus[]
  /** Why the last attempt failed, for a pod that is `error` or waits. */
  cause?: Cause
  /** When the next attempt is made, if the pod waits for one; also for a pod that is `error`, unless it was given up. */
  retryAt?: string
  /** For a script: how many runs wait for their turn, and the run that ended last. */
  queued?: number
  last?: { run: string; at: string } & Omit<RunEnd, 'run' | 'tookMs'>
  /** When its schedule starts it next. */
  nextAt?: string
  /** What its runs are held to, and by what. */
  limits?: LimitStatus[]
  /** How far its runs are kept apart from the machine, if they are. */
  isolate?: Isolate
  /** What begins its containers, such as `podman 4.3.1`, once the host has looked. */
  engine?: string
  /** How many of its runs ended since they went beyond a limit, as far as their records are kept. */
  overLimit?: number
  /** Since when it sleeps: it has no runs, and is started by whoever connects. */
  asleepSince?: string
  /** In which epoch it was put to sleep or woken last, if somebody said one. */
  epoch?: number
  /** The groups that it is in. */
  groups?: Membership[]
  /** Where a value of its config comes from, by key; only if a profile is among them. */
  from?: Record<string, ConfigSource>
  /** The sockets that are held for it. */
  ports?: PortStatus[]
  /**
   * Of a pod whose host has runs of it on other machines: how many of them are reached at `ports`, and why none is, if something hinders it.
   */
  elsewhere?: { up: number; problem?: string }
  /** What is wrong with its files; the last good state is in force. */
  problem?: string
}

/**
 * A limit of a pod. `most`: in bytes for memory, else a number. `by`: what holds it: the host looks every now and then (`watched`), or
 * the kernel keeps it, for each process (`process`) or for the run with all that it has started (`cgroup`).
 */
export type LimitStatus = { name: string; most: number; by: 'watched' | 'process' | 'cgroup' | 'rotation' }

/** The pod's own config, its last start, or a profile: `profile small`. */
export type ConfigSource = 'pod' | 'start' | `profile ${string}`

/** `address`: as people write it, such as `*:8080`. */
export type PortStatus = Port & { address: string }

/**
 * The pod's own config merged with that of its start, only members that one of them has; durations are milliseconds.
 * `env` has only the names, since the values may be secret.
 */
export type ConfigInForce = Omit<PodConfig, 'env'> & { env?: string[] }

/**
 * Whoever asks for a verb: the name of a token, `local` for anyone at the Unix socket, or a run, with the path of its host before its id;
 * and what they may do, on the host at that path and within.
 */
export type Asker = { name: string; role: Role; path: string }

/** A version of a pod. */
export type ImageInfo = {
  version: number
  /** sha256 of the code, hex. */
  hash: string
  /** Bytes of the code. */
  size: number
  pushedAt: string
  /** The name of its source. */
  file?: string
  /** The name of the token that pushed it; `local` for the socket of the machine. */
  by?: string
  /** What its pusher says of it. */
  message?: string
}

export type Cause = { reason: EndReason; text: string; run?: string }

/** A run that has a process. */
export type RunStatus = {
  id: string
  slot: number
  state: 'spawning' | 'starting' | 'up' | 'stopping'
  pid?: number
  startedAt: string
  upAt?: string
  uptimeMs?: number
  restarts: number
  version: number
  /** Why the run before it ended, if it did not end well and was not stopped. */
  after?: Cause
  /** What the run last said. */
  health?: Status
  text?: string
  /** Per cent of one core since the run was last asked, and resident bytes. Only if `usage` was asked for; of a pod of a fleet what its host told last. */
  cpu?: number
  memory?: number
  /** By how much its event loop was late since anybody asked last, or for a moment now. Only of JavaScript, and if `usage` was asked for. */
  lag?: { p50Ms: number; p99Ms: number }
}

/**
 * Why a run ended: by itself (`exited` with a code, `killed` by a signal from elsewhere, `fault`: an uncaught error),
 * by the host (`stopped`, `timeout`, `unhealthy`, `start_timeout`; `limit`: it went beyond one), never began (`spawn_failed`; `no_room`, which is tried again for as long as
 * it lasts), or unseen (`lost`).
 */
export type EndReason =
  | 'exited'
  | 'killed'
  | 'fault'
  | 'stopped'
  | 'timeout'
  | 'unhealthy'
  | 'start_timeout'
  | 'limit'
  | 'spawn_failed'
  | 'no_room'
  | 'lost'

export type RunEnd = {
  run: string
  code: number | null
  signal: string | null
  reason: EndReason
  message?: string
  /** How long the stop took. */
  tookMs?: number
}

/**
 * The outcome of a start. `run`: for a script, the id of its run. `dropped`: the names of what the pod was given at its
 * last start and is not given now; `kept`: of what it has from there.
 */
export type Started = PodStatus & { run?: string; dropped?: string[]; kept?: string[] }

/**
 * An environment variable of a pod. `from`: its own config says it (`image`), it was given at its start, or by `pod.env`. `value`: if
 * values were asked for.
 */
export type Variable = { name: string; value?: string; from: 'file' | 'image' | 'start' | 'env' }

export type PodEnv = { name: string; env: Variable[] }

/** `text`: a message if nothing was stopped. `problem`: as that of {@link PodStatus}. */
export type Stopped = { name: string; status: PodState; ended: RunEnd[]; text?: string; problem?: string }

/** A part of what a script wrote. */
export type RunOutput = {
  run: string
  /** In the encoding that was asked for. */
  data: string
  encoding: 'utf8' | 'base64' | 'latin1'
  /** Where it begins, and where the next part does, in bytes. */
  offset: number
  next: number
  /** Whether everything was read that the run will ever write. */
  done: boolean
  /** Whether the run is over, and how it ended. */
  end?: Omit<RunEnd, 'run' | 'tookMs'>
}

/** The record of a run, running or ended. */
export type RunInfo = {
  id: string
  slot: number
  version: number
  state: 'queued' | 'spawning' | 'starting' | 'up' | 'stopping' | 'ended' | 'lost'
  pid?: number
  /**
   * For a script: when it was asked for, with which params, how many bytes it wrote, and whether its output was cut.
   */
  queuedAt?: string
  params?: Record<string, string>
  args?: string[]
  outputBytes?: number
  cut?: boolean
  /** When it left the queue; the same as `queuedAt` while it waits. */
  startedAt: string
  upAt?: string
  endedAt?: string
  end?: Omit<RunEnd, 'run' | 'tookMs'>
}

/** One line of a log. */
export type LogEntry = {
  /** RFC 3339 in UTC, nine digits. */
  time: string
  /** The pod; undefined for a line about the host itself. */
  pod?: string
  run?: string
  /** `host`, `stdout` or `stderr`. */
  source: 'host' | 'stdout' | 'stderr'
  tags: string[]
  text: string
}
