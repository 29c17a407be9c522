// What is made of the files of other process managers: pods of a manifest, and what became of each key.
import type { LimitsInput } from '../../protocol/bounds.ts'
import type { StopSignal, StopTo } from '../../protocol/config.ts'

/** A pod as it stands in a manifest. */
export type Draft = {
  push?: string
  link?: true
  entry?: string
  args?: string[]
  command?: string
  start?: false
  scale?: number
  env?: Record<string, string>
  envFile?: string | string[]
  restart?: 'never' | 'on-failure'
  schedule?: string
  params?: Record<string, string>
  giveUp?: string
  minUptime?: string
  startTimeout?: string
  ready?: 'said'
  stopTimeout?: string
  stopSignal?: StopSignal
  stopTo?: StopTo
  nodeFlags?: string[]
  limits?: LimitsInput
  user?: string
  labels?: Record<string, string>
  cwd?: string
}

/** What became of a key: what it is here, or why it is nothing here. */
export type Outcome = { became: string } | { lost: string }

/** @field of the pod; empty for what concerns the whole file */
export type Note = { of: string; key: string } & Outcome

export type Imported = { pods: Map<string, Draft>; notes: Note[] }

/** Milliseconds as a manifest has them. */
export function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}

/** What becomes of a key by which the first process alone is ended, whatever it has started. */
export const stopToMain = 'stopTo: main; what it has started and left is killed then'

/** What becomes of a key that is nothing here. @param why in words for whoever had it */
export const lost = (why: string) => (): Outcome => ({ lost: why })

/** What becomes of a key that needs no work of its own. */
export const became = (what: string) => (): Outcome => ({ became: what })
