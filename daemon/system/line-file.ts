// A file to which lines are appended. It continues whatever happens: the disk is full, or a person removes, moves or
// cuts the file. It does not know what a line says, and never waits.
import { closeSync, fstatSync, lstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs'

/** How often to look whether the file is still in its place. */
const lookMs = 1000

/** Enough for the lines of that time; more is lost with the file that somebody removed. */
const maxRescuedBytes = 16 * 1024 * 1024

export type LineFileOptions = {
  /** A file beyond this becomes `….1`. */
  maxBytes: number
  /** Monotonic milliseconds. */
  nowMs(): number
  /** The line that reports lines that could not be written, with its newline. */
  confess(lost: number): string
}

export class LineFile {
  #file: string
  #options: LineFileOptions
  #fd: number
  #size: number
  #lost = 0
  /** Whether the last line was written in part. */
  #isTorn = false
  #lookAtMs: number
  /** How large the file was when it was seen in its place. */
  #seenBytes: number

  constructor(file: string, options: LineFileOptions) {
    this.#file = file
    this.#options = options
    this.#fd = open(file)
    this.#size = fstatSync(this.#fd).size
    this.#seenBytes = this.#size
    this.#lookAtMs = options.nowMs() + lookMs
  }

  /**
   * Appends a line with its newline. If it cannot be written, it is lost and counted, and reported once there is room.
   */
  write(line: string): void {
    try {
      if (this.#options.nowMs() >= this.#lookAtMs) this.#look()
      if (this.#size >= this.#options.maxBytes) this.rotate()
      if (this.#lost > 0 || this.#isTorn) this.#tellLost()
      this.#append(line)
    } catch {
      this.#lost++
    }
  }

  /** The file becomes `….1`, and a new one begins. If that is not possible now, the same file continues. */
  rotate(): void {
    try {
      renameSync(this.#file, `${this.#file}.1`)
      this.#turnTo(open(this.#file))
    } catch {
      // The next try is a file's size later.
      this.#size = 0
    }
  }

  close(): void {
    closeSync(this.#fd)
  }

  #append(text: string): void {
    const bytes = Buffer.from(text)
    const written = writeSync(this.#fd, bytes)
    this.#size += written
    this.#isTorn = written < bytes.length
    if (this.#isTorn) throw new Error('the disk is full')
  }

  #tellLost(): void {
    if (this.#isTorn) this.#append('\n')
    if (this.#lost > 0) this.#append(this.#options.confess(this.#lost))
    this.#lost = 0
  }

  #look(): void {
    this.#lookAtMs = this.#options.nowMs() + lookMs
    const own = fstatSync(this.#fd)
    if (lstatSync(this.#file, { throwIfNoEntry: false })?.ino === own.ino) {
      this.#size = own.size
      this.#seenBytes = own.size
      return
    }
    // The lines since it was last seen must not be lost.
    const rescued = own.nlink === 0 ? readFrom(this.#fd, { from: this.#seenBytes, to: own.size }) : undefined
    this.#turnTo(open(this.#file))
    if (rescued) this.#size += writeSync(this.#fd, rescued)
  }

  #turnTo(fd: number): void {
    closeSync(this.#fd)
    this.#fd = fd
    this.#size = fstatSync(fd).size
    this.#seenBytes = this.#size
  }
}

function open(file: string): number {
  return openSync(file, 'a', 0o600)
}

/** Bytes of a file that has no name any more. Linux only; elsewhere there are none. */
function readFrom(fd: number, { from, to }: { from: number; to: number }): Buffer | undefined {
  try {
    const again = openSync(`/proc/self/fd/${fd}`, 'r')
    try {
      const bytes = Buffer.alloc(Math.min(maxRescuedBytes, Math.max(0, to - from)))
      return bytes.subarray(0, readSync(again, bytes, 0, bytes.length, from))
    } finally {
      closeSync(again)
    }
  } catch {
    return undefined
  }
}
