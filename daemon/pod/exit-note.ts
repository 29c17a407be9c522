// How the process of a run ended: what the system reported, what its shim left as a note, and which signal it was sent.
import type { ExitNote } from '../../protocol/link.ts'
import type { End } from '../lifecycle/slot.ts'
import { readPlain } from '../system/plain-file.ts'
import type { ExitOutcome } from '../system/process.ts'

/** More than a note has: it keeps only the first line of an error's message. */
const maxNoteBytes = 16 * 1024 * 1024

/**
 * @param outcome what the kernel reported; undefined if it was not our child
 * @param note what its shim left
 * @param sent the last signal that we sent
 */
export function endOf(
  outcome: ExitOutcome | undefined,
  note: ExitNote | undefined,
  sent: NodeJS.Signals | undefined,
): End {
  const code = outcome?.code ?? note?.code ?? null
  const signal = outcome ? outcome.signal : code === null ? (sent ?? null) : null
  if (note?.message !== undefined) {
    const { message, outlook } = note
    return { code, signal, reason: 'fault', message, ...(outlook && { outlook }) }
  }
  return { code, signal, reason: code === null ? 'killed' : 'exited' }
}

/** The note of a shim whose process ended by itself; undefined if there is none or it is torn. */
export async function readExitNote(file: string): Promise<ExitNote | undefined> {
  try {
    const note = JSON.parse(await readPlain(file, { maxBytes: maxNoteBytes })) as ExitNote
    return typeof note?.code === 'number' ? note : undefined
  } catch {
    // No note, or half of one: the process was killed.
    return undefined
  }
}
