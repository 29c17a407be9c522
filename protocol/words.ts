// The nouns of the wire: what a host, a pod, a run and a log line look like to whoever asks. Types alone; the methods that
// answer with them stand in methods.ts. Times are RFC 3339 texts, durations milliseconds, memory bytes.
import type { PodConfig } from './config.ts'
import type { Labels } from './labels.ts'
import type { Role } from './roles.ts'

/** What a run may say of itself. Only `up` counts as healthy. */
export type Status = 'up' | 'waiting' | 'error'

export type HostInfo = {
  id: string
  version: string
  protocol: number
  node: string
  pid: number
  startedAt: string
  /** Empty for the root. */
  path: string
  dataDir: string
  /** Where clients reach it: `unix:/path`, `127.0.0.1:3000`. */
  addresses: string[]
  /** Where the shell is served by TLS and a password, if it is: `127.0.0.1:3001`. */
  shellAddress?: string
  /** SHA-256 of the certificate, as `AB:CD:…`, where a port speaks TLS. */
  fingerprint?: string
  pods: Record<PodState, number>
  runs: number
  /** The paths of all hosts within the root. */
  hosts: string[]
  /**
   * Processes that wait for a run, and how many starts found one (`hits`) or had to boot their own (`misses`). A start that
   * none could serve, since it has Node flags or such, counts as neither.
   */
  spares: { ready: number; hits: number; misses: number }
  /** Resident memory of the daemon in bytes. */
  memory: number
}

/** A token, without its secret. */
export type TokenInfo = {
  name: string
  role: Role
  /** The host within this one that it is confined to; empty: all of this host. */
  path: string
  /** Not there for the token that the host made at its first start. */
  createdAt?: string
  expiresAt?: string
}

/** A line of the audit log. */
export type AuditEntry = {
  time: string
  /** Name of the token, or `local` for who came by the Unix socket. */
  who: string
  /** Whose the Unix socket is: none but this user, and root, can open it. */
  uid?: number
  /** Address of the client, or `unix`. */
  from: string
  verb: string
  path: string
  pod?: string
  /** Name of the token that the verb is about. */
  token?: string
  /** `ok`, or the code of the error. */
  outcome: string
}

/** A service is kept up; a script has a run for each start. */
export type PodKind = 'service' | 'script'

/** The four words everyone sees. */
export type PodState = 'idle' | 'waiting' | 'up' | 'error'

export type Pushed = {
  name: string
  version: number
  /** sha256 of the code, hex. */
  hash: string
  /** Bytes of the code. */
  size: number
  /** True where the newest version had this very content: nothing was done. */
  unchanged: boolean
  /** What a pod that is a host answered; the other members are then as far as it told them. */
  answer?: unknown
  kind: PodKind
  exports: string[]
  /** What the host has to say beside. */
  text?: string
}

export type PodStatus = {
  name: string
  path: string
  kind: PodKind
  status: PodState
  /** What the pod says of itself, or what is being waited for. */
  text: string
  /** The version that is (to be) run; 0 where nothing was started yet. */
  version: number
  /** The newest version pushed. */
  latest: number
  hash: string
  want: 'up' | 'idle'
  /** Runs wanted, and runs that are up. */
  scale: number
  up: number
  /** Slots that are given up, where there are any. */
  failed?: number
  /** Restarts since the last explicit start. */
  restarts: number
  params: Record<string, string>
  labels: Labels
  /** Names of the functions that can be called. */
  exports: string[]
  config: ConfigInForce
  /** Every version that is kept, oldest first; only where one pod is asked for. */
  images?: ImageInfo[]
  runs: RunStatus[]
  /** Why the pod is `error`, or why its last run ended where it is waiting for the next. */
  cause?: Cause
  /** When the next attempt is made, where one is being waited for. */
  retryAt?: string
  /** Of a script: runs that wait for their turn, and the run that ended last. */
  queued?: number
  last?: { run: string; at: string } & Omit<RunEnd, 'run' | 'tookMs'>
  /** When its schedule starts it next. */
  nextAt?: string
  /** What is wrong with its files; the last good state is in force. */
  problem?: string
}

/**
 * What the pod's own config and that of its start come to, as far as either says something; durations are milliseconds.
 * Of `env` it has the names alone, since what stands there may be secret.
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
}

/** `isWanted`: it is the one that is (to be) run. `runs`: which runs have it now. */
export type VersionInfo = ImageInfo & { kind: PodKind; isWanted: boolean; runs: string[] }

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
  /** What the run said last. */
  health?: Status
  text?: string
  /** Per cent of one core since the run was asked last, and bytes resident. Only where `usage` was asked for. */
  cpu?: number
  memory?: number
}

/**
 * Why a run ended: by itself (`exited` with a code, `killed` by a signal from elsewhere, `fault`: an uncaught error),
 * by the host (`stopped`, `timeout`, `unhealthy`, `start_timeout`), never began (`spawn_failed`; `no_room`, which is tried again for as long as
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
 * What a start came to. `run`: of a script, the id of its run. `dropped`: names of the params and of what else the pod was given
 * the last time, where it was given nothing now.
 */
export type Started = PodStatus & { run?: string; dropped?: string[] }

/** `text`: what there is to say where nothing was stopped. */
export type Stopped = { name: string; status: PodState; ended: RunEnd[]; text?: string }

/** `encoding`: what was asked for; else base64 for bytes that are no text. */
export type Script = {
  name: string
  script: string
  encoding: 'utf8' | 'base64'
  version: number
  hash: string
  size: number
  pushedAt: string
}

/** A part of what a script wrote. */
export type RunOutput = {
  run: string
  /** In the encoding that was asked for. */
  data: string
  encoding: 'utf8' | 'base64' | 'latin1'
  /** Where it begins, and where the next part does, in bytes. */
  offset: number
  next: number
  /** Whether all was read that the run will ever have written. */
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
  /** Of a script: when it was asked for, with what, what it wrote in bytes, and whether the end of that was cut. */
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
  /** The pod, or undefined where the host speaks of itself. */
  pod?: string
  run?: string
  /** `host`, `stdout` or `stderr`. */
  source: 'host' | 'stdout' | 'stderr'
  tags: string[]
  text: string
}
