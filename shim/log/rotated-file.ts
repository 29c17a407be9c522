// The files of a log, one after the other: appends and rotates, and continues whatever happens to them: the disk is
// full, or a person removes, moves or cuts the live file. It knows nothing of lines. Nothing here may throw into a
// pod's console.log.
import type { LogAssignment } from '../../protocol/run-log.ts'
import { OldFiles } from './old-files.ts'
import { last, timesBack } from './stamp.ts'

// Taken now: a pod may replace the module's functions, and so do we for fd 1 and 2. Not by `import`: the build turns
// that into a copy of all members of the module, at every start.
const { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readSync, renameSync, writeSync } =
  process.getBuiltinModule('node:fs')

const newline = 10
/** How often to look whether the live file is still in its place. */
const lookMs = 1000
/** So much of a file is written at once: a file is larger than it may be by that, at most. */
export const pieceOf = (maxFileBytes: number): number => maxFileBytes / 8
/** Enough for the output of that time; more is lost with the file that somebody removed. */
const maxRescuedBytes = 16 * 1024 * 1024

/** `rotations`: how often it was rotated before. What it was rotated to then is the host's to remove. */
export type RotatedOptions = Pick<LogAssignment, 'file' | 'maxFileBytes' | 'maxTotalBytes'> & { rotations?: number }

export class RotatedFile {
  #fd: number
  #file: string
  #maxFileBytes: number
  #confess: (lost: number) => string
  #size: number
  #rotateAt: number
  #old: OldFiles
  #rotations: number
  #lost = 0
  #allBytes = 0
  #allLost = 0
  #torn = false
  #lookAtMs = 0
  /** How large the live file was when it was seen in its place. */
  #seenBytes: number
  /** It was removed or moved, and there can be no other one yet. */
  #isAstray = false
  /** How often the clock had been set back when the live file was begun. */
  #timesBack: number

  /** @param confess makes the line that reports the number of failed writes */
  constructor({ file, maxFileBytes, maxTotalBytes, rotations = 0 }: RotatedOptions, confess: (lost: number) => string) {
    this.#rotations = rotations
    this.#file = file
    this.#maxFileBytes = maxFileBytes
    this.#old = new OldFiles({ maxLiveBytes: maxFileBytes + pieceOf(maxFileBytes), maxTotalBytes })
    this.#confess = confess
    this.#fd = openLog(this.#file)
    this.#size = fstatSync(this.#fd).size
    this.#seenBytes = this.#size
    this.#rotateAt = this.#maxFileBytes
    this.#timesBack = timesBack()
  }

  /** Whether the last write failed and the loss is not reported yet. */
  get isLosing(): boolean {
    return this.#lost > 0 || this.#torn
  }

  /** How many bytes it has appended, and how many writes were lost. */
  get amount(): { bytes: number; lost: number } {
    return { bytes: this.#allBytes, lost: this.#allLost }
  }

  /** Inode and size of the file that the next {@link append} goes to. */
  get position(): { inode: number; size: number } {
    this.#seeToFile()
    return { inode: fstatSync(this.#fd).ino, size: this.#size }
  }

  append(bytes: Buffer, length: number): void {
    this.#seeToFile()
    this.#write(bytes, length)
  }

  /** Appends lines, however many: they may be more than a file may hold. */
  appendLines(lines: Buffer): void {
    const most = pieceOf(this.#maxFileBytes)
    for (let at = 0; at < lines.length; ) {
      const end = pieceEnd(lines, { at, most })
      this.append(lines.subarray(at, end), end - at)
      at = end
    }
  }

  close(): void {
    this.#look(last().wholeMs)
    closeSync(this.#fd)
  }

  /** Before a write: the live file is in its place, not too large, and its times only grow. */
  #seeToFile(): void {
    const { wholeMs } = last()
    const isBack = this.#timesBack !== timesBack()
    // Also before a rotation: it would let go of a file that was removed.
    if (wholeMs >= this.#lookAtMs || isBack || this.#size >= this.#rotateAt) this.#look(wholeMs)
    // Readers that search for a time in a file rely on that.
    if (!this.#isAstray && (this.#size >= this.#rotateAt || (isBack && this.#size > 0))) this.#rotate()
    this.#timesBack = timesBack()
  }

  /**
   * Notices what a person did with the file: if it was removed or moved, a new one begins; if it was cut, it is
   * smaller.
   */
  #look(nowMs: number): void {
    this.#lookAtMs = nowMs + lookMs
    try {
      const own = fstatSync(this.#fd)
      if (lstatSync(this.#file, { throwIfNoEntry: false })?.ino === own.ino) {
        this.#size = own.size
        this.#seenBytes = own.size
        this.#isAstray = false
        return
      }
      this.#isAstray = true
      const next = openAgain(this.#file)
      // The output since it was last seen must not be lost.
      const rescued = own.nlink === 0 ? readFrom(this.#fd, { from: this.#seenBytes, to: own.size }) : undefined
      closeSync(this.#fd)
      this.#fd = next
      this.#size = fstatSync(next).size
      this.#seenBytes = this.#size
      this.#isAstray = false
      const missing = rescued && missingIn({ fd: next, size: this.#size }, rescued)
      if (missing) this.#write(missing, missing.length)
    } catch {
      // Too many files are open, or its folder cannot be made again: the next look is soon.
    }
  }

  #write(bytes: Buffer, length: number): void {
    try {
      if (this.isLosing) this.#confessLoss()
      this.#writeWhole(bytes, length)
      this.#allBytes += length
    } catch {
      // The disk is full or broken. The pod keeps running; the log reports the loss as soon as it can be written again.
      this.#lost += 1
      this.#allLost += 1
    }
  }

  #writeWhole(bytes: Buffer, length: number): void {
    if (this.#isAstray && this.#size - this.#seenBytes > maxRescuedBytes) throw new Error('there can be no file now')
    let at = writeSync(this.#fd, bytes, 0, length)
    this.#size += at
    if (at === length) return
    this.#torn = true
    while (at < length) {
      const more = writeSync(this.#fd, bytes, at, length - at)
      this.#size += more
      at += more
    }
    this.#torn = false
  }

  #confessLoss(): void {
    const start = this.#torn ? '\n' : ''
    const written = writeSync(this.#fd, start + this.#confess(this.#lost))
    this.#size += written
    this.#torn = false
    this.#lost = 0
  }

  #rotate(): void {
    const rotated = `${this.#file}.${this.#rotations + 1}`
    const next = this.#openNext(rotated)
    if (next === undefined) {
      // It cannot be rotated now, so the same file continues; the next try comes one file's size later.
      this.#rotateAt += this.#maxFileBytes
      return
    }
    closeSync(this.#fd)
    this.#fd = next
    this.#rotations += 1
    this.#old.add(rotated, this.#size)
    this.#size = 0
    this.#seenBytes = 0
    this.#rotateAt = this.#maxFileBytes
  }

  /** Renames the file and opens a new one in its place; if either fails, everything stays as before. */
  #openNext(rotated: string): number | undefined {
    try {
      renameSync(this.#file, rotated)
    } catch (error) {
      // If the file is gone already, after half a rotation or by a person, only a new one is needed.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined
    }
    try {
      return openLog(this.#file)
    } catch {
      this.#renameBack(rotated)
      return undefined
    }
  }

  #renameBack(rotated: string): void {
    try {
      renameSync(rotated, this.#file)
    } catch {
      // Its lines continue under the rotated name, where readers find them too, and which no other file may take.
      this.#rotations += 1
    }
  }
}

/** Where the piece that begins at `at` ends: behind a line. */
function pieceEnd(lines: Buffer, { at, most }: { at: number; most: number }): number {
  if (lines.length - at <= most) return lines.length
  const before = lines.lastIndexOf(newline, at + most - 1)
  const end = before >= at ? before : lines.indexOf(newline, at + most)
  return end === -1 ? lines.length : end + 1
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

/** Enough for a line. */
const tailBytes = 64 * 1024

/**
 * What of `rescued` is not in the file that somebody put in the place of the live one, as `sed -i` and editors do: what is behind its last
 * line, which begins with its time.
 */
function missingIn({ fd, size }: { fd: number; size: number }, rescued: Buffer): Buffer {
  const tail = readFrom(fd, { from: Math.max(0, size - tailBytes), to: size })
  if (!tail || tail.length === 0) return rescued
  const start = tail.lastIndexOf('\n', -2) + 1
  const time = tail.subarray(start, tail.indexOf(' ', start) + 1)
  const at = time.length === 0 ? -1 : rescued.lastIndexOf(time)
  if (at === -1) return rescued
  const end = rescued.indexOf('\n', at)
  return rescued.subarray(end === -1 ? rescued.length : end + 1)
}

/** Its folder may be gone too, and the one of all logs; above that nothing is made, since another data directory may come. */
function openAgain(file: string): number {
  const { dirname } = process.getBuiltinModule('node:path')
  const folder = dirname(file)
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
    try {
      mkdirSync(folder, { mode: 0o700 })
    } catch {
      // A run with isolate: 'permission' may not look there.
      mkdirSync(dirname(folder), { mode: 0o700 })
      mkdirSync(folder, { mode: 0o700 })
    }
  }
  return openLog(file)
}

function openLog(file: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants
  // A pod may have put a link in its place.
  return openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
}
