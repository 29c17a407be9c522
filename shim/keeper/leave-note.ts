// Leaves the note of how a process ended, for the next host that looks.
import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** Writes it whole: the next host may be reading. On a full disk, or where the pod was removed, there is none. */
export function leaveNote(file: string, note: object): void {
  const temporary = `${file}.tmp`
  try {
    writeFileSync(temporary, JSON.stringify(note), { mode: 0o600 })
    renameSync(temporary, file)
  } catch {
    // If there is a host, it is told all the same.
    rmSync(temporary, { force: true })
  }
}
