// A file to which lines are appended. It continues whatever happens: the disk is full, or a person removes, moves or
// cuts the file, or removes its folder. It does not know what a line says, and never waits.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'

const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants

/** So much is taken along from a file that was removed; while there can be no other one, no more is written to it. */
const maxRescuedBytes = 16 * 1024 * 1024
const newline = 10

export type LineFileOptions = {
  /** A file beyond this becomes `….1`. */
  maxBytes: number
  /** How many files there are at most; with one, it begins again. */
  maxFiles: number
  /** Whether its folder is made again if somebody removes it. */
  makesFolder?: boolean
  /** The line that reports lines that could not be written, with its newline. */
  confess?(lost: number): string
  /** Called for the first line that cannot be written, and again after one that could; and if it cannot be rotated. */
  onFailed?(error: unknown): void
  /** Called when another file has taken the place of one that was removed or moved; it may write. */
  onGone?(): void
}

export class LineFile {
  #file: string
  #options: LineFileOptions
  #fd: number
  #size: number
  /** When it is too large; more than `maxBytes` after it could not be rotated. */
  #rotateAt: number
  #lost = 0
  /** Whether the file ends with half a line, as a full disk leaves it. */
  #isTorn: boolean
  /** How large the file was when it was seen in its place. */
  #seenBytes: number
  #isClosed = false

  /** @throws {P8aError} `state_broken` if something else is in its place; or the system's error */
  constructor(file: string, options: LineFileOptions) {
    this.#file = file
    this.#options = options
    this.#rotateAt = options.maxBytes
    this.#fd = openFirst(file)
    this.#size = fstatSync(this.#fd).size
    this.#seenBytes = this.#size
    this.#isTorn = this.#size > 0 && readFrom(this.#fd, { from: this.#size - 1, to: this.#size })[0] !== newline
  }

  /**
   * Appends a line with its newline. If it cannot be written, it is lost and counted, and reported once there is room.
   */
  write(line: string): void {
    try {
      // Its descriptor may be another file's by now.
      if (this.#isClosed) throw new Error('it is closed')
      this.#seeToPlace()
      if (this.#size >= this.#rotateAt) this.rotate()
      if (this.#lost > 0 || this.#isTorn) this.#tellLost()
      this.#append(line)
    } catch (error) {
      this.#lose(1, error)
    }
  }

  /** The file becomes `….1`, and a new one begins. If that is not possible now, the same file continues. */
  rotate(): void {
    try {
      if (this.#options.maxFiles === 1) ftruncateSync(this.#fd)
      else this.#turnTo(this.#openNext())
      this.#size = 0
      this.#rotateAt = this.#options.maxBytes
    } catch (error) {
      // The next try is a file's size later.
      this.#rotateAt += this.#options.maxBytes
      this.#options.onFailed?.(error)
    }
  }

  close(): void {
    try {
      this.#seeToPlace()
    } catch (error) {
      this.#lose(0, error)
    }
    this.#isClosed = true
    closeSync(this.#fd)
  }

  #append(text: string | Buffer): void {
    const bytes = Buffer.from(text)
    const written = writeSync(this.#fd, bytes)
    this.#size += written
    this.#isTorn = written < bytes.length
    if (this.#isTorn) throw new Error('there was room for half a line only')
  }

  #tellLost(): void {
    if (this.#isTorn) this.#append('\n')
    if (this.#lost > 0 && this.#options.confess) this.#append(this.#options.confess(this.#lost))
    this.#lost = 0
  }

  #lose(lines: number, error: unknown): void {
    if (this.#lost === 0) this.#options.onFailed?.(error)
    this.#lost += lines
  }

  /**
   * Before each line: whether the file is still in its place, and how large it is. If there can be no new one now, the
   * lines go to the old one, from which they are taken along.
   */
  #seeToPlace(): void {
    const own = fstatSync(this.#fd)
    this.#size = own.size
    if (own.size < this.#options.maxBytes) this.#rotateAt = this.#options.maxBytes
    if (isAt(this.#file, own)) {
      this.#seenBytes = own.size
      return
    }
    const next = this.#openAgain()
    if (next === undefined) {
      if (own.size - this.#seenBytes > maxRescuedBytes) throw new Error(`there can be no ${this.#file}`)
      return
    }
    const unseen = { from: this.#seenBytes, to: own.size }
    const rescued = orClose(next, () => (own.nlink === 0 ? readFrom(this.#fd, unseen) : Buffer.alloc(0)))
    this.#turnTo(next)
    try {
      if (rescued.length > 0) this.#append(rescued)
    } catch (error) {
      this.#lose(rescued.toString().split('\n').length - 1, error)
    }
    this.#options.onGone?.()
  }

  #openAgain(): number | undefined {
    try {
      if (this.#options.makesFolder) makeFolder(dirname(this.#file))
      return open(this.#file)
    } catch {
      // Something else is in its place, its folder is gone, or too many files are open.
      return undefined
    }
  }

  /** Moves the files on and opens a new one; if it cannot be opened, the last one keeps its place. */
  #openNext(): number {
    const nameOf = (age: number) => (age === 0 ? this.#file : `${this.#file}.${age}`)
    for (let age = this.#options.maxFiles - 1; age > 0; age--) {
      // Only the live one has to be there.
      if (age === 1 || lstatSync(nameOf(age - 1), { throwIfNoEntry: false })) renameSync(nameOf(age - 1), nameOf(age))
    }
    try {
      return open(this.#file)
    } catch (error) {
      renameSync(nameOf(1), this.#file)
      throw error
    }
  }

  /** If this fails, the file before goes on. */
  #turnTo(fd: number): void {
    const { size } = orClose(fd, () => fstatSync(fd))
    closeAnyway(this.#fd)
    this.#fd = fd
    this.#size = size
    this.#seenBytes = size
  }
}

/** If it fails, the descriptor is nobody's. */
function orClose<T>(fd: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    closeAnyway(fd)
    throw error
  }
}

/** Whatever a close says, the descriptor is closed, and may be another file's by now. */
function closeAnyway(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // What was written is in the kernel's hands.
  }
}

function isAt(file: string, { dev, ino }: Stats): boolean {
  try {
    const found = lstatSync(file)
    return found.dev === dev && found.ino === ino
  } catch {
    return false
  }
}

function openFirst(file: string): number {
  try {
    return open(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== undefined) throw error
    throw new P8aError('state_broken', `Cannot write ${file}: ${message}`, {
      hint: 'Move that away',
      facts: { file },
      cause: error,
    })
  }
}

/** Opening a pipe would wait, and a link could lead anywhere. @throws an error without a code if it is no plain file */
function open(file: string): number {
  const fd = openUnlinked(file)
  if (orClose(fd, () => fstatSync(fd)).isFile()) return fd
  closeSync(fd)
  throw new Error('it is not a file')
}

function openUnlinked(file: string): number {
  try {
    return openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ELOOP') throw new Error('it is a link', { cause: error })
    if (code === 'EISDIR' || code === 'ENXIO') throw new Error('it is not a file', { cause: error })
    throw error
  }
}

/** Not the folders above it: if the data directory is gone, no other may take its place. */
function makeFolder(folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })) mkdirSync(folder, { mode: 0o700 })
}

/** At most {@link maxRescuedBytes}, the last ones. */
function readFrom(fd: number, { from, to }: { from: number; to: number }): Buffer {
  const start = Math.max(from, to - maxRescuedBytes)
  const bytes = Buffer.alloc(Math.max(0, to - start))
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, start))
}
