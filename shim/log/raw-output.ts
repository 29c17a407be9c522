// Moves what child processes and native code wrote straight to fd 1 and 2 from its raw file into the run's log ("folds"
// it). The raw files are plain files and not pipes, so that nobody's death can block or kill a writer.

import { headBytes, type StreamName } from '../../protocol/cri.ts'
import { monotonicMs } from '../../protocol/deadline.ts'
import { type LogAssignment, leftOut, type RawPosition } from '../../protocol/run-log.ts'
import { unfinishedBytes } from '../../protocol/utf8.ts'
import type { LogFile } from './log-file.ts'
import { watchRawFiles } from './raw-watch.ts'
import { pieceOf } from './rotated-file.ts'

const { closeSync, fstatSync, openSync, readSync, statfsSync, writeSync } = process.getBuiltinModule('node:fs')

/** How much is folded at once. */
const blockBytes = 256 * 1024
/**
 * The end of a line is waited for, since the pod's own next line would become a part of it. A line longer than this is
 * cut.
 */
const maxLineBytes = 16 * 1024 * 1024
/** How long the end of a line is waited for. */
const waitMs = 1000
/** How often to look for it. */
const waitLookMs = 20
const newline = 10
/** The buffer for folding. Most pods have no raw output, so it is made when it is needed. */
let block: Buffer | undefined

export type Folding = {
  /** Folds everything, at the end of the process. */
  foldAll(): void
  /** From now on it is known that somebody writes to the raw files. */
  expect(): void
  /** Something has woken this process, so that it looks now and not by itself a little later. */
  onAwake(): void
  /** Folds no more. */
  close(): void
}

/**
 * Folds now and whenever one of the raw files grows.
 * @param from how much of each was folded before
 */
export function foldRawOutput(
  log: LogFile,
  { raw, maxFileBytes, maxTotalBytes }: LogAssignment,
  from: Record<StreamName, number> = { stdout: 0, stderr: 0 },
): Folding {
  const files = (['stdout', 'stderr'] as const).map(
    stream => new RawFile(log, { stream, file: raw[stream], maxFileBytes, maxTotalBytes, from: from[stream] }),
  )
  const look = () => files.map(file => file.foldInTurns()).includes(true)
  const watched = watchRawFiles(Object.values(raw), look)
  look()
  return {
    expect: watched.start,
    onAwake: watched.onAwake,
    foldAll: () => {
      for (const file of files) file.foldAll()
    },
    close: () => {
      watched.stop()
      for (const file of files) file.close()
    },
  }
}

type Fold = 'folded' | 'waits' | 'nothing'

class RawFile {
  #log: LogFile
  #stream: StreamName
  #file: string
  #fd: number
  #noteFd: number | undefined
  #from: number
  #freed: number
  #isFolding = false
  /** The disk space of what was folded is given back in steps of this size. */
  #maxFileBytes: number
  #maxTotalBytes: number
  /** When the file had last changed, at the moment when all of it was seen to be folded. */
  #settledAt: bigint | undefined
  #isFreeing = false
  /** Which line's end is waited for, and until when. */
  #waiting: { of: 'pod' | number; untilMs: number } | undefined
  #isClosed = false

  constructor(
    log: LogFile,
    options: { stream: StreamName; file: string; maxFileBytes: number; maxTotalBytes: number; from: number },
  ) {
    this.#log = log
    this.#stream = options.stream
    this.#file = options.file
    this.#maxFileBytes = options.maxFileBytes
    this.#maxTotalBytes = options.maxTotalBytes
    this.#from = options.from
    this.#freed = options.from
    this.#fd = openSync(options.file, 'r')
  }

  close(): void {
    this.#isClosed = true
    closeSync(this.#fd)
    if (this.#noteFd !== undefined) closeSync(this.#noteFd)
  }

  /**
   * Folds what is there now, whether its last line has ended or not. A child may write without end; the host folds the
   * rest.
   */
  foldAll(): void {
    const { size } = fstatSync(this.#fd)
    let did: Fold
    do did = this.#fold({ isLast: true })
    while (did === 'folded' && this.#from < size)
  }

  /**
   * Folds one block in each turn of the event loop, so that a child with much output does not block the pod.
   * @returns whether there was something
   */
  foldInTurns(): boolean {
    if (this.#isFolding) return true
    const did = this.#fold({ isLast: false })
    if (did === 'folded') setImmediate(() => this.#foldOn())
    if (did === 'waits') setTimeout(() => this.#foldOn(), waitLookMs).unref()
    this.#isFolding = did !== 'nothing'
    return this.#isFolding
  }

  #foldOn(): void {
    this.#isFolding = false
    this.foldInTurns()
  }

  #fold({ isLast }: { isLast: boolean }): Fold {
    try {
      // A timer may come after it: then the descriptors are those of other files.
      if (this.#isClosed || !this.#hasGrown()) return 'nothing'
      this.#leaveOut()
      const found = this.#read()
      const isInLine = !found.isWhole || this.#log.inLine(this.#stream) === 'pod'
      if (isInLine && !isLast && this.#shouldWait(found.isWhole ? 'pod' : found.bytes)) return 'waits'
      this.#waiting = undefined
      if (found.bytes === 0) return 'nothing'
      this.#write((block as Buffer).subarray(0, found.bytes))
      return 'folded'
    } catch {
      // The disk is full, or the file was removed: the rest is folded later, here or by the host at the end.
      return 'nothing'
    }
  }

  /** What is more than the log may have in all would be removed as soon as it was there: the newest of it is moved. */
  #leaveOut(): void {
    const { size } = fstatSync(this.#fd)
    if (size - this.#from <= this.#maxTotalBytes) return
    const newest = size - Math.min(this.#maxFileBytes, this.#maxTotalBytes)
    block ??= Buffer.allocUnsafeSlow(blockBytes)
    const read = readSync(this.#fd, block, 0, block.length, newest)
    const from = newest + block.subarray(0, read).indexOf(newline) + 1
    this.#openNote()
    this.#log.endLine(this.#stream)
    this.#log.write('stderr', leftOut(from - this.#from), 'utf8', 'others')
    this.#from = from
    this.#freeSpace()
  }

  /** Reads whole lines into the block; if there is none, the part of a line that there is. */
  #read(): { bytes: number; isWhole: boolean } {
    const most = pieceOf(this.#maxFileBytes)
    const longest = Math.min(maxLineBytes, Math.max(blockBytes, most))
    for (;;) {
      block ??= Buffer.allocUnsafeSlow(blockBytes)
      const read = readSync(this.#fd, block, 0, block.length, this.#from)
      const lines = read === 0 ? 0 : block.lastIndexOf(newline, read - 1) + 1
      if (lines > 0) return { bytes: fitting(block.subarray(0, lines), most), isWhole: true }
      if (read < block.length) return { bytes: read, isWhole: false }
      if (block.length >= longest) return { bytes: read - unfinishedBytes(block), isWhole: true }
      block = Buffer.allocUnsafeSlow(block.length * 4)
    }
  }

  #write(bytes: Buffer): void {
    this.#log.endLineOfOthers(this.#stream, 'others')
    // First of all, since it makes the folder again that somebody removed.
    const live = this.#log.position
    const note = this.#openNote()
    const position: RawPosition = { from: this.#from, to: this.#from + bytes.length, ...live }
    writeSync(note, `${JSON.stringify(position)}\n`.padEnd(120), 0)
    this.#log.write(this.#stream, bytes.toString('latin1'), 'latin1', 'others')
    this.#from = position.to
    this.#settledAt = undefined
    if (bytes.buffer.byteLength > blockBytes) block = undefined
    this.#freeSpace()
  }

  /** A note that is there is not emptied: an empty one says that nothing was folded. */
  #openNote(): number {
    this.#noteFd ??= openSync(`${this.#file}.at`, this.#from > 0 ? 'r+' : 'w', 0o600)
    return this.#noteFd
  }

  /**
   * The end of a line is waited for, since the pod's next line would become a part of a child's, or the other way.
   * @param of the line that the pod has begun, or how much there is of a child's line: while that grows, it is waited
   * for
   */
  #shouldWait(of: 'pod' | number): boolean {
    const nowMs = monotonicMs()
    if (this.#waiting?.of !== of) this.#waiting = { of, untilMs: nowMs + waitMs }
    return nowMs < this.#waiting.untilMs
  }

  /**
   * Whether there is something to fold. Native code, or a thread, that opens /dev/stdout again empties the file: then
   * folding begins again at its start. Output that was written and emptied before it was seen is lost, as in any file.
   * A rewrite of the same length shows by the time of the file, which a failed write on a full disk changes too.
   */
  #hasGrown(): boolean {
    const { size, mtimeNs } = fstatSync(this.#fd, { bigint: true })
    if (Number(size) > this.#from) return true
    // Making a hole changes the file's time too.
    if (this.#isFreeing) return false
    const isTouched = this.#settledAt !== undefined && mtimeNs !== this.#settledAt
    const isRewritten = Number(size) < this.#from || (isTouched && !this.#isDiskFull())
    this.#settledAt = mtimeNs
    if (!isRewritten) return false
    this.#from = 0
    this.#freed = 0
    return size > 0n
  }

  #isDiskFull(): boolean {
    return this.#log.isLosing || statfsSync(this.#file).bavail === 0
  }

  /**
   * Frees the disk space of what was folded, while others still write to the end of the file: by a hole, since cutting
   * the file could lose what is written at that moment. If the system has no such command, the space is freed with the
   * run.
   */
  #freeSpace(): void {
    if (this.#isFreeing || this.#isClosed || this.#from - this.#freed < this.#maxFileBytes) return
    this.#freed = this.#from
    const { spawn } = process.getBuiltinModule('node:child_process')
    const hole = ['--punch-hole', '--offset', '0', '--length', String(this.#from), this.#file]
    const child = spawn('fallocate', hole, { stdio: 'ignore' })
    this.#isFreeing = true
    const onOver = () => {
      this.#isFreeing = false
      this.#settledAt = undefined
      this.#freeSpace()
    }
    child.on('error', onOver)
    child.on('exit', onOver)
    child.unref()
  }
}

/** How many bytes the first lines have that take no more of the log than `most`, which gives each a head; the first one at least. */
function fitting(lines: Buffer, most: number): number {
  let end = 0
  for (let size = 0; end < lines.length; ) {
    const next = lines.indexOf(newline, end) + 1
    size += headBytes + next - end
    if (end > 0 && size > most) break
    end = next
  }
  return end
}
