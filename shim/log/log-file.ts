// A run's own log: formats, appends and rotates. Each write is on its way to the disk before it returns, so that what
// a pod printed is kept even if its next instruction kills it. Nothing here may throw into a pod's console.log.
import { formatCri, type StreamName } from '../../protocol/cri.ts'
import type { LogAssignment } from '../../protocol/link.ts'
import { headBytes, LineBuffer } from './line-buffer.ts'
import { stamp } from './stamp.ts'

// Taken now: a pod may replace those of the module, and so do we for fd 1 and 2. Not by `import`: what the build makes of
// that copies each of the module's members, at every start.
const { closeSync, fstatSync, openSync, renameSync, unlinkSync, writeSync } = process.getBuiltinModule('node:fs')

type Encoding = 'utf8' | 'latin1'

export class LogFile {
  #fd: number
  #file: string
  #maxFileBytes: number
  #maxTotalBytes: number
  #size: number
  #rotateAt: number
  #rotated: { file: string; bytes: number }[] = []
  #rotations = 0
  #lost = 0
  #torn = false
  #line = new LineBuffer()

  constructor(options: Pick<LogAssignment, 'file' | 'maxFileBytes' | 'maxTotalBytes'>) {
    this.#file = options.file
    this.#maxFileBytes = options.maxFileBytes
    this.#maxTotalBytes = options.maxTotalBytes
    this.#fd = openLog(this.#file)
    this.#size = fstatSync(this.#fd).size
    this.#rotateAt = this.#maxFileBytes
  }

  /** Whether what was written last could not be, and is not told of yet. */
  get isLosing(): boolean {
    return this.#lost > 0 || this.#torn
  }

  /**
   * Inode and size of the live file, as a fold of raw output notes them. The next write goes to that very file: where a
   * rotation is due it is made first.
   */
  get position(): { inode: number; size: number } {
    if (this.#size >= this.#rotateAt) this.#rotate()
    return { inode: fstatSync(this.#fd).ino, size: this.#size }
  }

  /**
   * Appends what a stream wrote. `latin1` is for bytes that must stay as they are.
   * @returns how many bytes `text` has
   */
  write(stream: StreamName, text: string, encoding: Encoding = 'utf8'): number {
    if (text === '') return 0
    if (this.#size >= this.#rotateAt) this.#rotate()
    const lineBytes = encoding === 'utf8' ? this.#line.fill(stream, text) : 0
    if (lineBytes > 0) {
      this.#append(this.#line.bytes, lineBytes)
      return lineBytes - headBytes
    }
    const lines = Buffer.from(formatCri(text, { time: stamp(), stream }), encoding)
    this.#append(lines, lines.length)
    return Buffer.byteLength(text, encoding)
  }

  /** Nothing is written any more. */
  close(): void {
    closeSync(this.#fd)
  }

  #append(bytes: Buffer, length: number): void {
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
    const text = `p8a: writes lost here because the log could not be written: ${this.#lost}\n`
    const written = writeSync(this.#fd, start + formatCri(text, { time: stamp(), stream: 'stderr' }))
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

function openLog(file: string): number {
  return openSync(file, 'a', 0o600)
}
