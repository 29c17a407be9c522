// How the process of a run ended: what the system reported, what its shim left as a note, and which signal it was sent.
import { type BegunNote, begunFile } from '../../protocol/keeper.ts'
import type { ExitNote } from '../../protocol/link.ts'
import type { End } from '../lifecycle/slot.ts'
import { isMissing, isThere, readPlain } from '../system/plain-file.ts'
import type { ExitOutcome } from '../system/process.ts'

/** More than a note has: it keeps only the first line of an error's message. */
const maxNoteBytes = 16 * 1024 * 1024
/** What {@link readPlain} refuses something else in the place of a note with: a link, a folder, a pipe, too many bytes. */
const refusals = [undefined, 'ELOOP', 'EISDIR', 'ENXIO']

/** What is known of the end of a process. */
export type Known = {
  /** What Node reported; undefined if it was not our child. */
  outcome: ExitOutcome | undefined
  /** What its shim left, or its keeper. */
  note: ExitNote | undefined
  /** Why that cannot be read, where something is there. */
  unread?: string | undefined
  /** How it was about to end when its link closed. */
  ending: ExitOutcome | undefined
  /** The last signal that we sent. */
  sent: NodeJS.Signals | undefined
  /** Whether this host had heard of it by its link. */
  wasLinked: boolean
}

export function endOf(known: Known): End {
  const { note, unread, sent, wasLinked } = known
  const { code, signal } = codeAndSignal(known)
  if (note?.message !== undefined) {
    const { message, outlook } = note
    return { code, signal, reason: 'fault', message, ...(outlook && { outlook }) }
  }
  if (code !== null) return { code, signal, reason: 'exited' }
  if (signal === null && unread !== undefined && !known.outcome) {
    return { code, signal, reason: 'lost', message: `how it ended cannot be read: ${unread}`, isUnseen: true }
  }
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

/**
 * The note of a process that ended; undefined if there is none or it is torn: the process was killed.
 * @throws the system's error where that cannot be seen now
 */
export async function readExitNote(file: string): Promise<ExitNote | undefined> {
  const note = parsed(await readText(file, maxNoteBytes)) as Partial<ExitNote> | undefined
  return typeof note?.code === 'number' || typeof note?.signal === 'string' ? (note as ExitNote) : undefined
}

/**
 * What a keeper left of a process that it has begun; undefined if there is none or it is torn.
 * @throws the system's error where that cannot be seen now
 */
export async function readBegun(exitFile: string): Promise<BegunNote | undefined> {
  const note = await readBegunNote(exitFile)
  return note && note.pid > 0 ? note : undefined
}

/** As {@link readBegun}; also a note that has its place, and tells no process yet. */
export async function readBegunNote(exitFile: string): Promise<BegunNote | undefined> {
  const note = parsed(await readText(begunFile(exitFile), 4096)) as Partial<BegunNote> | undefined
  const { pid, startTime, keeper } = note ?? {}
  const isWhole = typeof startTime === 'string' && Number(keeper?.pid) > 1 && (pid === 0 || Number(pid) > 1)
  return isWhole ? (note as BegunNote) : undefined
}

async function readText(file: string, maxBytes: number): Promise<string | undefined> {
  try {
    return await readPlain(file, { maxBytes })
  } catch (error) {
    // With too many open files, opening a file that is not there fails in the same way.
    if (isMissing(error) || refusals.includes((error as NodeJS.ErrnoException).code) || !(await isThere(file)))
      return undefined
    throw error
  }
}

function parsed(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
