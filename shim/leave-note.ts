// Leaves the note of how a process ended, for the next host that looks. Its room is taken before the process begins: on a full disk
// nobody would know.

// A pod may put other functions in the place of these.
const { closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeFileSync, writeSync } =
  process.getBuiltinModule('node:fs')

/** More than a note has. A file takes as much of most disks if it has one byte. */
const noteBytes = 4096

const blank = ' '.repeat(noteBytes)

/** Takes the room of a note; until it is left, there is nothing to read in it. @throws the system's error where there is none */
export function reserveNote(file: string): void {
  try {
    writeFileSync(file, blank, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') {
      dropNote(file)
      throw error
    }
    // A keeper has taken the room of it, or a host has made the file for somebody who may make none.
    writeInPlace(file, blank, { ifEmpty: true })
  }
}

/** There is no process, and no note of it. */
export function dropNote(file: string): void {
  rmSync(file, { force: true })
}

/** Writes it whole: the next host may be reading. Where the pod was removed, there is none. */
export function leaveNote(file: string, note: object): void {
  const text = JSON.stringify(note)
  try {
    replace(file, text)
  } catch {
    try {
      // On a full disk it has the room that was taken for it.
      writeInPlace(file, text.padEnd(noteBytes))
    } catch {
      // If there is a host, it is told all the same.
    }
  }
}

function replace(file: string, text: string): void {
  const temporary = `${file}.tmp`
  try {
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, file)
  } catch (error) {
    dropNote(temporary)
    throw error
  }
}

function writeInPlace(file: string, text: string, { ifEmpty = false } = {}): void {
  const fd = openSync(file, constants.O_WRONLY | constants.O_NOFOLLOW)
  try {
    if (!ifEmpty || fstatSync(fd).size === 0) writeSync(fd, text, 0)
  } finally {
    closeSync(fd)
  }
}
