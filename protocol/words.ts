// The nouns of the wire: what a host, a pod, a run and a log line look like to a client. Only types; the methods that
// answer with them stand in methods.ts. Times are RFC 3339 texts, durations milliseconds, memory bytes.

import type { PodConfig } from './config.ts'
import type { Membership } from './group.ts'
import type { Isolate, LevelInfo } from './isolate.ts'
import type { Labels } from './labels.ts'
import type { Port } from './listen.ts'
import type { Role } from './roles.ts'

/** What a run may say about itself. Only `up` counts as healthy. */
export type Status = 'up' | 'waiting' | 'error'

/** The options that a host was started with, which its next start has too unless others are given. Absent: the default. */
export type StartedWith = {
  port?: number
  host?: string
  shellPort?: number
  tls?: 'on' | 'off'
  cert?: string
  key?: string
}

/** The last upgrade of a host: between which versions, from which folder, and what became of it. */
export type UpgradeInfo = {
  id: string
  from: string
  to: string
  folder: string
  at: string
  outcome: 'under way' | 'done' | 'failed'
  endedAt?: string
  /** Why it failed. */
  why?: string
}

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
  /** If it listens on every address of its machine: those at which others reach it, as far as it knows them. */
  reachableAt?: string[]
  /** Where the shell is served by TLS and a password, if it is: `127.0.0.1:3001`. */
  shellAddress?: string
  /** SHA-256 of the certificate, as `AB:CD:…`, if a port speaks TLS. */
  fingerprint?: string
  /** What it remembers for its next start. */
  startedWith: StartedWith
  upgrade?: UpgradeInfo
  pods: Record<PodState, number>
  runs: number
  /** The paths of all hosts within the root. */
  hosts: string[]
  /**
   * Processes that wait for a run, and how many starts found one (`hits`) or had to boot their own (`misses`). A start
   * that no spare can serve, for example one with Node flags, counts as neither.
   */
  spares: { ready: number; hits: number; misses: number }
  /** What this machine has of each level of isolation; only where it was asked for. */
  levels?: LevelInfo[]
  /** What of limits its kernel holds for a whole run, or why it holds none. */
  groups?: string
  /** Whether a pod may have a user of its own there, in words. */
  users?: string
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

/** A code for the page, which counts once, and until when. */
export type PageCode = { code: string; expiresAt: string }

/** A line of the audit log. */
export type AuditEntry = {
  time: string
  /** Name of the token, or `local` for the Unix socket. */
  who: string
  /** The owner of the Unix socket: only this user, and root, can open it. */
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
  /** How many such requests the entry is about, if it counts them. Then it has no name and no path. */
  count?: number
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
  /** True if the newest version has this content already: nothing was done. */
  unchanged: boolean
  /** The answer of a pod that is a host; then the other members are as far as that host told them. */
  answer?: unknown
  kind: PodKind
  exports: string[]
  /** A further message of the host. */
  text?: string
  /** What is left to do until the new version runs. */
  next?: string
}

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

/** `isWanted`: it is the one that is (to be) run. `runs`: which runs have it now. */
export type VersionInfo = ImageInfo & { kind: PodKind; isWanted: boolean; runs: string[] }

/** A start, restart, reload or rollback of a service: between which versions, by whom, and what came of it. */
export type DeployInfo = {
  number: number
  kind: 'start' | 'restart' | 'reload' | 'rollback'
  /** Left out where nothing was there before. */
  from?: number
  to?: number
  at: string
  by: string
  outcome: 'ok' | 'failed' | 'unknown'
  why?: string
  tookMs?: number
}

/** `size`: of what is there, or was; `before`: of what was there before. In bytes. */
export type FileChange = { path: string; change: 'added' | 'removed' | 'changed'; size: number; before?: number }

/** What changed between two versions of a pod. `patch`: as `diff -u`; `isCut`: it would be longer than a host shows. */
export type VersionDiff = {
  from: number
  to: number
  files: FileChange[]
  /** Keys of the policy. */
  config: { key: string; from?: unknown; to?: unknown }[]
  /** What is started, where that is another. */
  starts?: { from: string; to: string }
  exports: { added: string[]; removed: string[] }
  patch: string
  isCut: boolean
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

/** `encoding`: the one that was asked for; else base64 for bytes that are not text. */
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
