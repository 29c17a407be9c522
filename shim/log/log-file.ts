// A run's own log: formats, appends and rotates. Each write is on its way to the disk before it returns, so that what
// a pod printed is kept even if its next instruction kills it. Nothing here may throw into a pod's console.log.
import { formatCri, type StreamName } from '../../protocol/cri.ts'
import type { LogAssignment } from '../../protocol/link.ts'
import { unfinishedBytes } from '../../protocol/utf8.ts'
import { headBytes, LineBuffer } from './line-buffer.ts'
import { stamp } from './stamp.ts'

// Taken now: a pod may replace those of the module, and so do we for fd 1 and 2. Not by `import`: what the build makes of
// that copies each of the module's members, at every start.
const { closeSync, fstatSync, openSync, renameSync, unlinkSync, writeSync } = process.getBuiltinModule('node:fs')

type Encoding = 'utf8' | 'latin1'
/** The pod itself, or what writes past it: its children, its threads, native code. */
type Writer = 'pod' | 'others'

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
  /** Of each stream, who has begun a line and not ended it. */
  #inLine: Record<StreamName, Writer | undefined> = { stdout: undefined, stderr: undefined }
  /** Of each stream, the first bytes of a character whose others are still to come. */
  #unfinished: Record<StreamName, Buffer | undefined> = { stdout: undefined, stderr: undefined }

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
  write(stream: StreamName, text: string, encoding: Encoding = 'utf8', by: Writer = 'pod'): number {
    if (text === '') return 0
    if (this.#unfinished[stream] !== undefined && by === 'pod') this.#giveUpCharacter(stream)
    if (this.#inLine[stream] !== undefined) this.endLineOfOthers(stream, by)
    if (this.#size >= this.#rotateAt) this.#rotate()
    const lineBytes = encoding === 'utf8' ? this.#line.fill(stream, text) : 0
    if (lineBytes > 0) {
      this.#inLine[stream] = undefined
      this.#append(this.#line.bytes, lineBytes)
      return lineBytes - headBytes
    }
    this.#inLine[stream] = text.endsWith('\n') ? undefined : by
    const lines = Buffer.from(formatCri(text, { time: stamp(), stream }), encoding)
    this.#append(lines, lines.length)
    return Buffer.byteLength(text, encoding)
  }

  /**
   * Appends bytes that a stream wrote. A character that is cut by two writes is kept until it is whole: anyone who reads
   * the log takes each of its parts for text.
   */
  writeBytes(stream: StreamName, bytes: Buffer): void {
    const before = this.#unfinished[stream]
    this.#unfinished[stream] = undefined
    const all = before === undefined ? bytes : Buffer.concat([before, bytes])
    const end = all.length - unfinishedBytes(all)
    this.write(stream, all.toString('latin1', 0, end), 'latin1')
    // A copy, since the memory is the writer's.
    if (end < all.length) this.#unfinished[stream] = Buffer.from(all.subarray(end))
  }

  /** Who has begun a line of the stream and not ended it. */
  inLine(stream: StreamName): Writer | undefined {
    return this.#inLine[stream]
  }

  /** Ends the line that another writer than `by` has begun, so that what `by` writes does not become a part of it. */
  endLineOfOthers(stream: StreamName, by: Writer): void {
    const begun = this.#inLine[stream]
    if (begun !== undefined && begun !== by) this.write(stream, '\n', 'latin1', begun)
  }

  /** Ends the line that the stream has begun. */
  endLine(stream: StreamName): void {
    const begun = this.#inLine[stream]
    if (begun !== undefined) this.write(stream, '\n', 'latin1', begun)
  }

  /** Writes what waits for more; none comes. */
  settle(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.#giveUpCharacter(stream)
  }

  /** Nothing is written any more. */
  close(): void {
    closeSync(this.#fd)
  }

  #giveUpCharacter(stream: StreamName): void {
    const bytes = this.#unfinished[stream]
    this.#unfinished[stream] = undefined
    if (bytes !== undefined) this.write(stream, bytes.toString('latin1'), 'latin1')
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
