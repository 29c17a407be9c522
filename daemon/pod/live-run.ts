// A run that has, or may have, a process: what the host knows of it beside its slot's state.
import { randomBytes } from 'node:crypto'
import type { ExitNote } from '../../protocol/link.ts'
import type { Status } from '../../protocol/words.ts'
import type { End, RunRef, StopReason } from '../lifecycle/slot.ts'
import type { RunRecord } from '../store/run-record.ts'
import { readPlain } from '../system/plain-file.ts'
import type { ExitOutcome, Identity } from '../system/process.ts'
import type { ShimPeer } from '../system/shims.ts'

/** More than a note has: of an error's message it keeps the first line. */
const maxNoteBytes = 16 * 1024 * 1024

/** How a run says that it is. */
export type Said = { status: Status; text?: string }

export class LiveRun {
  readonly ref: RunRef
  readonly slot: number
  readonly ticket: string
  /** True where an earlier host spawned it: it is not our child, and its exit code is only known from its note. */
  readonly adopted: boolean
  readonly version: number
  readonly startedAt: string
  upAt: string | undefined
  why: StopReason | undefined
  identity: Identity | undefined
  /** The connection to its shim, while there is one. */
  peer: ShimPeer | undefined
  /** Whether the pod's code may have been loaded, so that a cleanup is due. */
  mayHaveCode: boolean
  said: Said | undefined
  /** The last signal we sent. */
  signal: NodeJS.Signals | undefined
  stopAskedMs: number | undefined
  /** Why its record could not be saved: it must not be spawned then, nor given code. */
  saveError: Error | undefined
  /** Why its process was given no code. */
  refusedFor: Error | undefined
  /** Resolves once the identity is known, and was to be saved. */
  readonly spawned = Promise.withResolvers<void>()
  /** Resolves once its process has booted, or is over. */
  readonly booted = Promise.withResolvers<void>()

  constructor(options: {
    ref: RunRef
    slot: number
    version: number
    startedAt: string
    ticket?: string
    adopted?: boolean
  }) {
    this.ref = options.ref
    this.slot = options.slot
    this.version = options.version
    this.startedAt = options.startedAt
    this.ticket = options.ticket ?? randomBytes(24).toString('base64url')
    this.adopted = options.adopted ?? false
    this.mayHaveCode = this.adopted
  }
}

/** A run that an earlier host left, as its record tells. */
export function liveRunOf(number: number, record: RunRecord): LiveRun {
  const { spec, failures, waits, restarts } = record
  const live = new LiveRun({
    ref: { number, spec, failures, ...(waits !== undefined && { waits }), restarts },
    slot: record.slot,
    version: record.version,
    startedAt: record.startedAt,
    ticket: record.ticket,
    adopted: true,
  })
  live.upAt = record.upAt
  live.why = record.why
  if (record.pid !== undefined && record.startTime !== undefined) {
    live.identity = { pid: record.pid, startTime: record.startTime }
    live.spawned.resolve()
  }
  return live
}

/**
 * How a run ended.
 * @param outcome what the kernel told, or undefined where it was not our child
 * @param note what its shim left
 * @param sent the last signal we sent
 */
export function endOf(
  outcome: ExitOutcome | undefined,
  note: ExitNote | undefined,
  sent: NodeJS.Signals | undefined,
): End {
  const code = outcome?.code ?? note?.code ?? null
  const signal = outcome ? outcome.signal : code === null ? (sent ?? null) : null
  if (note?.message !== undefined) return { code, signal, reason: 'fault', message: note.message }
  return { code, signal, reason: code === null ? 'killed' : 'exited' }
}

/** The note of a shim whose process ended by itself; undefined where there is none or it is torn. */
export async function readExitNote(file: string): Promise<ExitNote | undefined> {
  try {
    const note = JSON.parse(await readPlain(file, { maxBytes: maxNoteBytes })) as ExitNote
    return typeof note?.code === 'number' ? note : undefined
  } catch {
    // No note, or half of one: the process was killed.
    return undefined
  }
}
