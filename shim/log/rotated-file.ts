// The files of a log, one after the other: appends, rotates, and goes on whatever becomes of them: a disk that is full, a
// person who removes, moves or cuts the live one. It knows nothing of lines. Nothing here may throw into a pod's console.log.
import type { LogAssignment } from '../../protocol/link.ts'
import { last, timesBack } from './stamp.ts'

// Taken now: a pod may replace those of the module, and so do we for fd 1 and 2. Not by `import`: what the build makes of
// that copies each of the module's members, at every start.
const { closeSync, fstatSync, lstatSync, openSync, readSync, renameSync, unlinkSync, writeSync } =
  process.getBuiltinModule('node:fs')

/** How often to look whether the live file is still in its place. */
const lookMs = 1000
/** Enough for what came in that time; what is more is lost with the file that somebody removed. */
const maxRescuedBytes = 16 * 1024 * 1024

export class RotatedFile {
  #fd: number
  #file: string
  #maxFileBytes: number
  #maxTotalBytes: number
  #confess: (lost: number) => string
  #size: number
  #rotateAt: number
  #rotated: { file: string; bytes: number }[] = []
  #rotations = 0
  #lost = 0
  #torn = false
  #lookAtMs = 0
  /** How large the live file was when it was seen in its place. */
  #seenBytes: number
  /** How often the clock had been set back when the live file was begun. */
  #timesBack: number

  /** @param confess the line that tells of so many writes that could not be made */
  constructor(
    { file, maxFileBytes, maxTotalBytes }: Pick<LogAssignment, 'file' | 'maxFileBytes' | 'maxTotalBytes'>,
    confess: (lost: number) => string,
  ) {
    this.#file = file
    this.#maxFileBytes = maxFileBytes
    this.#maxTotalBytes = maxTotalBytes
    this.#confess = confess
    this.#fd = openLog(this.#file)
    this.#size = fstatSync(this.#fd).size
    this.#seenBytes = this.#size
    this.#rotateAt = this.#maxFileBytes
    this.#timesBack = timesBack()
  }

  /** Whether what was written last could not be, and is not told of yet. */
  get isLosing(): boolean {
    return this.#lost > 0 || this.#torn
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

  close(): void {
    closeSync(this.#fd)
  }

  /** Before a write: the live file is in its place, not too large, and its times only grow. */
  #seeToFile(): void {
    const { wholeMs } = last()
    const isBack = this.#timesBack !== timesBack()
    if (wholeMs >= this.#lookAtMs || isBack) this.#look(wholeMs)
    // Anyone who looks for a time in a file goes by that.
    if (this.#size >= this.#rotateAt || (isBack && this.#size > 0)) this.#rotate()
    this.#timesBack = timesBack()
  }

  /** Takes up what a person did with the file: one that was removed or moved is begun anew, one that was cut is smaller. */
  #look(nowMs: number): void {
    this.#lookAtMs = nowMs + lookMs
    try {
      const own = fstatSync(this.#fd)
      if (lstatSync(this.#file, { throwIfNoEntry: false })?.ino === own.ino) {
        this.#size = own.size
        this.#seenBytes = own.size
        return
      }
      const next = openLog(this.#file)
      // What was written since it was last seen is nobody's wish to lose.
      const rescued = own.nlink === 0 ? readFrom(this.#fd, { from: this.#seenBytes, to: own.size }) : undefined
      closeSync(this.#fd)
      this.#fd = next
      this.#size = fstatSync(next).size
      this.#seenBytes = this.#size
      if (rescued) this.#write(rescued, rescued.length)
    } catch {
      // Too many files are open, or its folder is gone: the next look is soon.
    }
  }

  #write(bytes: Buffer, length: number): void {
    try {
      if (this.isLosing) this.#confessLoss()
      this.#writeWhole(bytes, length)
    } catch {
      // The disk is full or broken. The pod goes on; the loss is told in the log as soon as it can be written again.
      this.#lost += 1
    }
  }

  #writeWhole(bytes: Buffer, length: number): void {
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
      // It cannot be rotated now, so the same file goes on; the next try is one file's size later.
      this.#rotateAt += this.#maxFileBytes
      return
    }
    closeSync(this.#fd)
    this.#fd = next
    this.#rotations += 1
    this.#rotated.push({ file: rotated, bytes: this.#size })
    this.#size = 0
    this.#seenBytes = 0
    this.#rotateAt = this.#maxFileBytes
    this.#dropOldest()
  }

  /** Renames the file and opens a new one in its place; where either fails, all is as before. */
  #openNext(rotated: string): number | undefined {
    try {
      renameSync(this.#file, rotated)
    } catch (error) {
      // Where it is gone already, by a rotation that was left half-done or by a person, a new one is all that is wanted.
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
      // Its lines go on under the rotated name, where readers find them too.
    }
  }

  #dropOldest(): void {
    let total = this.#rotated.reduce((sum, { bytes }) => sum + bytes, 0)
    while (total + this.#maxFileBytes > this.#maxTotalBytes) {
      const oldest = this.#rotated.shift()
      if (!oldest) return
      total -= oldest.bytes
      try {
        unlinkSync(oldest.file)
      } catch {
        // Retention of the host may have been there first.
      }
    }
  }
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

function openLog(file: string): number {
  return openSync(file, 'a', 0o600)
}
