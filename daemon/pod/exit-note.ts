// How the process of a run ended: what the system reported, what its shim left as a note, and which signal it was sent.
import { type BegunNote, begunFile } from '../../protocol/keeper.ts'
import type { ExitNote } from '../../protocol/link.ts'
import type { End } from '../lifecycle/slot.ts'
import { readPlain } from '../system/plain-file.ts'
import type { ExitOutcome } from '../system/process.ts'

/** More than a note has: it keeps only the first line of an error's message. */
const maxNoteBytes = 16 * 1024 * 1024

/** What is known of the end of a process. */
export type Known = {
  /** What Node reported; undefined if it was not our child. */
  outcome: ExitOutcome | undefined
  /** What its shim left, or its keeper. */
  note: ExitNote | undefined
  /** How it was about to end when its link closed. */
  ending: ExitOutcome | undefined
  /** The last signal that we sent. */
  sent: NodeJS.Signals | undefined
  /** Whether this host had heard of it by its link. */
  wasLinked: boolean
}

export function endOf(known: Known): End {
  const { note, sent, wasLinked } = known
  const { code, signal } = codeAndSignal(known)
  if (note?.message !== undefined) {
    const { message, outlook } = note
    return { code, signal, reason: 'fault', message, ...(outlook && { outlook }) }
  }
  if (code !== null) return { code, signal, reason: 'exited' }
  if (signal === null && sent === undefined && !wasLinked && !known.outcome) {
    return { code, signal, reason: 'lost', message: 'it ended while no host looked', isUnseen: true }
  }
  return { code, signal, reason: 'killed' }
}

function codeAndSignal({ outcome, note, ending, sent }: Known): ExitOutcome {
  if (note) {
    const code = outcome?.code ?? note.code
    return { code, signal: outcome?.signal ?? (code === null ? (note.signal ?? sent ?? null) : null) }
  }
  // Node calls it code 0 if a signal for which it has no name killed the process.
  if (outcome && !(outcome.code === 0 && outcome.signal === null)) return outcome
  return ending ?? { code: null, signal: outcome ? null : (sent ?? null) }
}

/** The note of a process that ended; undefined if there is none or it is torn. */
export async function readExitNote(file: string): Promise<ExitNote | undefined> {
  try {
    const note = JSON.parse(await readPlain(file, { maxBytes: maxNoteBytes })) as ExitNote
    return typeof note?.code === 'number' || typeof note?.signal === 'string' ? note : undefined
  } catch {
    // No note, or half of one: the process was killed.
    return undefined
  }
}

/** What a keeper left of a process that it has begun; undefined if there is none or it is torn. */
export async function readBegun(exitFile: string): Promise<BegunNote | undefined> {
  const note = await readBegunNote(exitFile)
  return note && note.pid > 0 ? note : undefined
}

/** As {@link readBegun}; also a note that has its place, and tells no process yet. */
export async function readBegunNote(exitFile: string): Promise<BegunNote | undefined> {
  try {
    const note = JSON.parse(await readPlain(begunFile(exitFile), { maxBytes: 4096 })) as BegunNote
    const isWhole = typeof note.startTime === 'string' && note.keeper.pid > 1 && (note.pid === 0 || note.pid > 1)
    return isWhole ? note : undefined
  } catch {
    return undefined
  }
}
