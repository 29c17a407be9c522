// A run's own log: formats what its streams write. Each write is with the kernel before it returns, so what a pod
// printed is kept even if its next instruction kills it. Nothing here may throw into a pod's console.log.
import { formatCri, headBytes, type StreamName } from '../../protocol/cri.ts'
import type { LogAmount } from '../../protocol/link.ts'
import { unfinishedBytes } from '../../protocol/utf8.ts'
import { LineBuffer } from './line-buffer.ts'
import { RotatedFile, type RotatedOptions } from './rotated-file.ts'
import { stamp } from './stamp.ts'

type Encoding = 'utf8' | 'latin1'
/** The pod itself, or the others that write to its output: its children, its threads, native code. */
type Writer = 'pod' | 'others'

export class LogFile {
  #files: RotatedFile
  #line = new LineBuffer()
  #lines = 0
  /** For each stream, which writer has begun a line and not ended it. */
  #inLine: Record<StreamName, Writer | undefined> = { stdout: undefined, stderr: undefined }
  /** For each stream, the first bytes of a character whose other bytes are still to come. */
  #unfinished: Record<StreamName, Buffer | undefined> = { stdout: undefined, stderr: undefined }

  constructor(options: RotatedOptions) {
    this.#files = new RotatedFile(options, lost =>
      formatCri(`p8a: writes lost here because the log could not be written: ${lost}\n`, {
        time: stamp(),
        stream: 'stderr',
      }),
    )
  }

  /** Whether the last write failed and the loss is not reported yet. */
  get isLosing(): boolean {
    return this.#files.isLosing
  }

  get amount(): LogAmount {
    return { lines: this.#lines, ...this.#files.amount }
  }

  /**
   * Inode and size of the live file, as the move of raw output notes them. The next write goes to that file: if a
   * rotation is due, it is made first.
   */
  get position(): { inode: number; size: number } {
    return this.#files.position
  }

  /**
   * Appends what a stream wrote. `latin1` is for bytes that must stay as they are.
   * @returns how many bytes `text` has
   */
  write(stream: StreamName, text: string, encoding: Encoding = 'utf8', by: Writer = 'pod'): number {
    if (text === '') return 0
    if (this.#unfinished[stream] !== undefined && by === 'pod') this.#giveUpCharacter(stream)
    if (this.#inLine[stream] !== undefined) this.endLineOfOthers(stream, by)
    const lineBytes = encoding === 'utf8' ? this.#line.fill(stream, text) : 0
    if (lineBytes > 0) {
      this.#inLine[stream] = undefined
      this.#lines += 1
      this.#files.append(this.#line.bytes, lineBytes)
      return lineBytes - headBytes
    }
    this.#inLine[stream] = text.endsWith('\n') ? undefined : by
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines += 1
    const lines = Buffer.from(formatCri(text, { time: stamp(), stream }), encoding)
    // What the raw file has is noted before it is moved, as one write.
    if (by === 'pod') this.#files.appendLines(lines)
    else this.#files.append(lines, lines.length)
    return Buffer.byteLength(text, encoding)
  }

  /**
   * Appends bytes that a stream wrote. A character that two writes cut is kept until it is whole, since readers of the
   * log take each part for text.
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

  /** Which writer has begun a line of the stream and not ended it. */
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

  /** Writes what still waits for more bytes; no more come. */
  settle(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.#giveUpCharacter(stream)
  }

  /** Nothing is written any more. */
  close(): void {
    this.#files.close()
  }

  #giveUpCharacter(stream: StreamName): void {
    const bytes = this.#unfinished[stream]
    this.#unfinished[stream] = undefined
    if (bytes !== undefined) this.write(stream, bytes.toString('latin1'), 'latin1')
  }
}
