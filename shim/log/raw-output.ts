// Folds what was written straight to fd 1 and 2, by child processes and native code, from its raw file into the run's
// log. The raw files are plain files and not pipes, so that nobody's death can block or kill a writer.
import type { StreamName } from '../../protocol/cri.ts'
import type { LogAssignment, RawPosition } from '../../protocol/link.ts'
import { unfinishedBytes } from '../../protocol/utf8.ts'
import type { LogFile } from './log-file.ts'
import { watchRawFiles } from './raw-watch.ts'

const { fstatSync, openSync, readSync, statfsSync, writeSync } = process.getBuiltinModule('node:fs')

/** How much is folded at once. */
const blockBytes = 256 * 1024
/** A line that is not ended is waited for, since the pod's own next line would become a part of it; a longer one is cut. */
const maxLineBytes = 16 * 1024 * 1024
/** How long the end of a line is waited for. */
const waitMs = 1000
/** How often to look whether it is there. */
const waitLookMs = 20
const newline = 10
/** What is folded passes through here. Most pods have nothing of the kind, so it is made when it is needed. */
let block: Buffer | undefined

export type Folding = {
  /** Folds what is there, for the process's end. */
  foldAll(): void
  /** Somebody is known to write to the raw files from now on. */
  expect(): void
}

/** Folds now and whenever one of the raw files grows. */
export function foldRawOutput(log: LogFile, { raw, maxFileBytes: freeStepBytes }: LogAssignment): Folding {
  const files = (['stdout', 'stderr'] as const).map(
    stream => new RawFile(log, { stream, file: raw[stream], freeStepBytes }),
  )
  const look = () => files.map(file => file.foldInTurns()).includes(true)
  const expect = watchRawFiles(Object.values(raw), look)
  look()
  return {
    expect,
    foldAll: () => {
      for (const file of files) file.foldAll()
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
  #from = 0
  #freed = 0
  #isFolding = false
  /** The disk space of what was folded is given back in steps of this size. */
  #freeStepBytes: number
  /** When the file had last changed, as of the moment at which all of it was seen to be folded. */
  #settledAt: bigint | undefined
  #isFreeing = false
  /** Which line's end is waited for, and until when. */
  #waiting: { of: 'pod' | number; untilMs: number } | undefined

  constructor(log: LogFile, options: { stream: StreamName; file: string; freeStepBytes: number }) {
    this.#log = log
    this.#stream = options.stream
    this.#file = options.file
    this.#freeStepBytes = options.freeStepBytes
    this.#fd = openSync(options.file, 'r')
  }

  /** Folds what is there now, ended or not; a child that floods on would have no end, and the host folds the rest. */
  foldAll(): void {
    const { size } = fstatSync(this.#fd)
    let did: Fold
    do did = this.#fold({ isLast: true })
    while (did === 'folded' && this.#from < size)
  }

  /**
   * A block each turn of the event loop, so that a child that floods does not block the pod.
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
      if (!this.#hasGrown()) return 'nothing'
      const found = this.#read()
      const isInLine = !found.isWhole || this.#log.inLine(this.#stream) === 'pod'
      if (isInLine && !isLast && this.#shouldWait(found.isWhole ? 'pod' : found.bytes)) return 'waits'
      this.#waiting = undefined
      if (found.bytes === 0) return 'nothing'
      this.#write((block as Buffer).subarray(0, found.bytes))
      return 'folded'
    } catch {
      // The disk is full, or the file was taken away: what is left is folded later, by us or by the host at the end.
      return 'nothing'
    }
  }

  /** Reads whole lines into the block; where there is none, what there is of a line. */
  #read(): { bytes: number; isWhole: boolean } {
    for (;;) {
      block ??= Buffer.allocUnsafeSlow(blockBytes)
      const read = readSync(this.#fd, block, 0, block.length, this.#from)
      const lines = read === 0 ? 0 : block.lastIndexOf(newline, read - 1) + 1
      if (lines > 0) return { bytes: lines, isWhole: true }
      if (read < block.length) return { bytes: read, isWhole: false }
      if (block.length >= maxLineBytes) return { bytes: read - unfinishedBytes(block), isWhole: true }
      block = Buffer.allocUnsafeSlow(block.length * 4)
    }
  }

  #write(bytes: Buffer): void {
    this.#log.endLineOfOthers(this.#stream, 'others')
    this.#noteFd ??= openSync(`${this.#file}.at`, 'w', 0o600)
    const position: RawPosition = { from: this.#from, to: this.#from + bytes.length, ...this.#log.position }
    writeSync(this.#noteFd, `${JSON.stringify(position)}\n`.padEnd(120), 0)
    this.#log.write(this.#stream, bytes.toString('latin1'), 'latin1', 'others')
    this.#from = position.to
    this.#settledAt = undefined
    if (bytes.buffer.byteLength > blockBytes) block = undefined
    this.#freeSpace()
  }

  /**
   * The end of a line is waited for, since the pod's next line would become a part of a child's, or the other way.
   * @param of the line that the pod has begun, or how much there is of one of a child: while that grows it is waited for
   */
  #shouldWait(of: 'pod' | number): boolean {
    const nowMs = performance.now()
    if (this.#waiting?.of !== of) this.#waiting = { of, untilMs: nowMs + waitMs }
    return nowMs < this.#waiting.untilMs
  }

  /**
   * Whether there is something to fold. Native code, or a thread, that opens /dev/stdout anew cuts the file: then it begins
   * again. What was written and cut before it was seen is lost, as it would be in any file; a rewrite of the same length is
   * told by its time, which on a full disk a write that fails changes too.
   */
  #hasGrown(): boolean {
    const { size, mtimeNs } = fstatSync(this.#fd, { bigint: true })
    if (Number(size) > this.#from) return true
    // To make a hole changes the file's time, too.
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
   * Gives the disk space of what was folded back, while others go on writing to the end of the file: by a hole, since
   * cutting the file could lose what is written at that moment. Where there is no such command it is freed with the run.
   */
  #freeSpace(): void {
    if (this.#isFreeing || this.#from - this.#freed < this.#freeStepBytes) return
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
