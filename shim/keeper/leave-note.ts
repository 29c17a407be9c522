// Leaves the note of how a process ended, for the next host that looks. Its room is taken before the process begins: on a full disk
// nobody would know.
import { closeSync, constants, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'

/** More than a note has. */
const noteBytes = 512

/** Takes the room of a note; until it is left, there is nothing to read in it. @throws the system's error where there is none */
export function reserveNote(file: string): void {
  try {
    writeFileSync(file, ' '.repeat(noteBytes), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Whoever has made it has taken its room.
    if (code === 'EEXIST') return
    dropNote(file)
    throw error
  }
}

/** There is no process, and no note of it. */
export function dropNote(file: string): void {
  rmSync(file, { force: true })
}

/** Writes it whole: the next host may be reading. Where the pod was removed, there is none. */
export function leaveNote(file: string, note: object): void {
  const temporary = `${file}.tmp`
  const text = JSON.stringify(note)
  try {
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true })
    leaveInPlace(file, text)
  }
}

/** On a full disk it has the room that was taken for it. */
function leaveInPlace(file: string, text: string): void {
  try {
    const fd = openSync(file, constants.O_WRONLY | constants.O_NOFOLLOW)
    try {
      writeSync(fd, text.padEnd(noteBytes), 0)
    } finally {
      closeSync(fd)
    }
  } catch {
    // If there is a host, it is told all the same.
  }
}
