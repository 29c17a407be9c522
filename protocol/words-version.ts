// The nouns of the wire about versions of a pod: what a push made, what is deployed, and what differs. Only types.

import type { ImageInfo, PodKind } from './words.ts'

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
