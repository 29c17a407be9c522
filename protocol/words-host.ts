// The nouns of the wire about a host: what it is, its upgrade, its tokens, its audit log. Only types.

import type { LevelInfo } from './isolate.ts'
import type { Role } from './roles.ts'
import type { PodState } from './words.ts'

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
