// Folds what was written straight to fd 1 and 2, by child processes and native code, from its raw file into the run's
// log. The raw files are plain files and not pipes, so that nobody's death can block or kill a writer.
import type { StreamName } from '../../protocol/cri.ts'
import type { LogAssignment, RawPosition } from '../../protocol/link.ts'
import type { LogFile } from './log-file.ts'
import { watchRawFiles } from './raw-watch.ts'

const { fstatSync, openSync, readSync, statfsSync, writeSync } = process.getBuiltinModule('node:fs')

/** How much is folded at once. */
const blockBytes = 256 * 1024
/** What is folded passes through here. Most pods have nothing of the kind, so it is made when it is needed. */
let block: Buffer | undefined

/** Folds now and whenever one of the raw files grows. @returns a function that folds what is there, for the process's end. */
export function foldRawOutput(log: LogFile, { raw, maxFileBytes: freeStepBytes }: LogAssignment): () => void {
  const files = (['stdout', 'stderr'] as const).map(
    stream => new RawFile(log, { stream, file: raw[stream], freeStepBytes }),
  )
  const look = () => files.map(file => file.foldInTurns()).includes(true)
  watchRawFiles(Object.values(raw), look)
  look()
  return () => {
    for (const file of files) file.foldAll()
  }
}

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

  constructor(log: LogFile, options: { stream: StreamName; file: string; freeStepBytes: number }) {
    this.#log = log
    this.#stream = options.stream
    this.#file = options.file
    this.#freeStepBytes = options.freeStepBytes
    this.#fd = openSync(options.file, 'r')
  }

  /** Folds what is there now; a child that floods on would have no end, and the host folds the rest. */
  foldAll(): void {
    const { size } = fstatSync(this.#fd)
    while (this.#foldBlock() && this.#from < size);
  }

  /**
   * A block each turn of the event loop, so that a child that floods does not block the pod.
   * @returns whether there was something
   */
  foldInTurns(): boolean {
    if (this.#isFolding) return true
    this.#isFolding = this.#foldBlock()
    if (!this.#isFolding) return false
    setImmediate(() => {
      this.#isFolding = false
      this.foldInTurns()
    })
    return true
  }

  /** @returns whether there was something */
  #foldBlock(): boolean {
    try {
      if (!this.#hasGrown()) return false
      block ??= Buffer.allocUnsafeSlow(blockBytes)
      const read = readSync(this.#fd, block, 0, blockBytes, this.#from)
      if (read === 0) return false
      this.#noteFd ??= openSync(`${this.#file}.at`, 'w', 0o600)
      const position: RawPosition = { from: this.#from, to: this.#from + read, ...this.#log.position }
      writeSync(this.#noteFd, `${JSON.stringify(position)}\n`.padEnd(120), 0)
      this.#log.write(this.#stream, block.toString('latin1', 0, read), 'latin1')
      this.#from = position.to
      this.#settledAt = undefined
      this.#freeSpace()
      return true
    } catch {
      // The disk is full, or the file was taken away: what is left is folded later, by us or by the host at the end.
      return false
    }
  }

  /**
   * Whether there is something to fold. A shell's `> /dev/stdout` opens the file anew and cuts it: then it begins again.
   * What was written and cut before it was seen is lost, as it would be in any file; a rewrite of the same length is told
   * by its time, which on a full disk a write that fails changes too.
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
