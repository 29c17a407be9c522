// The journal of events: gives each its number, appends it to a file, and lets those who follow know. What cannot be written has not
// been told, and is told later. Readers have a number and nothing else, so one that sleeps costs nothing.
import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { Settings } from '../../protocol/settings.ts'
import { type Clock, timeText } from '../system/clock.ts'
import type { HostLog } from '../system/host-log.ts'
import { Counts } from './counts.ts'
import { fileOf, filesIn, filesToPrune, headLine, type Line, putAside, readWhole, removeFile } from './journal-file.ts'
import { type Memory, nothingKnown, take } from './memory.ts'
import type { Tale } from './told.ts'

export type JournalOptions = {
  folder: string
  settings: Pick<Settings, 'eventFileBytes' | 'eventFiles' | 'eventAge'>
  clock: Clock
  log: HostLog
}

/** How many events stay in memory for those who follow closely. */
const maxRecent = 256
/** How often a file that could not be opened is tried again. */
const againMs = 1000

export class Journal {
  readonly folder: string
  /** What this host has told, counted. */
  readonly counts = new Counts()
  #options: JournalOptions
  #memory: Memory
  /** The numbers of the files, oldest first. */
  #files: number[]
  #fd: number | undefined
  /** Of its first line, and of the events behind it. */
  #headBytes = 0
  #bytes = 0
  /** The newest file may end with something that was not told. */
  #isTorn = false
  #isFailing = false
  #tryAtMs = 0
  #recent: Line[] = []
  #arrived = Promise.withResolvers<void>()

  private constructor(options: JournalOptions, { memory, files }: { memory: Memory; files: number[] }) {
    this.folder = options.folder
    this.#options = options
    this.#memory = memory
    this.#files = files
  }

  /** A journal that cannot be read keeps no host from starting: what is broken is put aside, and it goes on behind it. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { folder, log } = options
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const journal = new Journal(options, await restore(folder, log))
      await journal.prune()
      return journal
    } catch (error) {
      log.error('files', 'the journal of events cannot be opened', { err: error })
      return new Journal(options, { memory: structuredClone(nothingKnown), files: [] })
    }
  }

  /** What has been told so far. */
  get memory(): Readonly<Memory> {
    return this.#memory
  }

  /** The number of the last event; 0 where there was none. */
  get last(): number {
    return this.#memory.last
  }

  /** The number of the oldest event that is kept; one more than the last where none is. */
  get first(): number {
    return this.#files[0] ?? this.last + 1
  }

  /** The files, oldest first, by the number of their first event. */
  get files(): readonly number[] {
    return this.#files
  }

  /** The newest events, the oldest of them first. */
  get recent(): readonly Line[] {
    return this.#recent
  }

  /** Resolves with the next event. */
  get arrived(): Promise<void> {
    return this.#arrived.promise
  }

  /** Tells all of them, or none. @returns whether they are in the kernel's hands, and so told */
  tell(tales: readonly Tale[]): boolean {
    if (tales.length === 0) return true
    const at = timeText(this.#options.clock)
    const lines = tales.map(({ event, facts }, index): Line => {
      const { type, path, pod, ...rest } = event
      const about = pod === undefined ? { path } : { path, pod }
      return { number: this.last + 1 + index, at, type, ...about, ...rest, ...(facts && { mark: facts }) } as Line
    })
    if (!this.#append(lines.map(line => `${JSON.stringify(line)}\n`).join(''))) return false
    for (const line of lines) {
      take(this.#memory, line)
      this.counts.take(line)
    }
    this.#recent.push(...lines)
    if (this.#recent.length > 2 * maxRecent) this.#recent = this.#recent.slice(-maxRecent)
    const { resolve } = this.#arrived
    this.#arrived = Promise.withResolvers()
    resolve()
    return true
  }

  /** Removes files that are too many or too old. */
  async prune(): Promise<void> {
    const { settings, clock } = this.#options
    const of = { keep: settings.eventFiles, oldestMs: clock.wallMs() - settings.eventAge }
    for (const first of await filesToPrune(this.folder, this.#files, of)) {
      this.#files = this.#files.filter(each => each !== first)
      await removeFile(this.folder, first)
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
    this.#tryAtMs = Number.POSITIVE_INFINITY
  }

  #append(text: string): boolean {
    const { clock, log } = this.#options
    if (this.#isFailing && clock.nowMs() < this.#tryAtMs) return false
    try {
      this.#write(Buffer.from(text))
      if (this.#isFailing) log.info('files', 'the journal of events can be written again')
      this.#isFailing = false
      return true
    } catch (error) {
      // Logged once: a disk that fails keeps failing for a while.
      if (!this.#isFailing) log.error('files', 'the journal of events cannot be written', { err: error })
      this.#isFailing = true
      this.#tryAtMs = Math.max(this.#tryAtMs, clock.nowMs() + againMs)
      return false
    }
  }

  #write(bytes: Buffer): void {
    const fd = this.#open()
    const end = this.#headBytes + this.#bytes
    // At its place: after a cut the system would go on behind what is not there any more.
    if (writeSync(fd, bytes, 0, bytes.length, end) === bytes.length) {
      this.#bytes += bytes.length
      return
    }
    // All of it or nothing: the next host must not read what was not told.
    this.#isTorn = true
    ftruncateSync(fd, end)
    this.#isTorn = false
    throw new Error('there was room for a part only')
  }

  /** The newest file; a new one where there is none, it is full, or somebody has removed it. */
  #open(): number {
    if (this.#tryAtMs === Number.POSITIVE_INFINITY) throw new Error('the host leaves')
    const { settings } = this.#options
    const isGone = this.#fd !== undefined && fstatSync(this.#fd).nlink === 0
    if (this.#fd !== undefined && !this.#isTorn && !isGone && this.#bytes < settings.eventFileBytes) return this.#fd
    const first = this.last + 1
    const file = fileOf(this.folder, first)
    const fd = openSync(`${file}.new`, 'w', 0o600)
    const head = Buffer.from(headLine(this.#memory))
    try {
      if (writeSync(fd, head) !== head.length) throw new Error('there was no room for a new file')
      renameSync(`${file}.new`, file)
    } catch (error) {
      closeSync(fd)
      throw error
    }
    const before = this.#fd
    this.#fd = fd
    this.#headBytes = head.length
    this.#bytes = 0
    this.#isTorn = false
    this.#files = [...this.#files.filter(each => each < first), first]
    // Last: if it says that it failed, the descriptor is closed all the same.
    if (before !== undefined) closeSync(before)
    void this.prune().catch(() => {})
    return fd
  }
}

/** Goes on behind the newest file that can be read; each host begins a file of its own. */
async function restore(folder: string, log: HostLog): Promise<{ memory: Memory; files: number[] }> {
  const files = filesIn(folder)
  let memory = structuredClone(nothingKnown)
  for (const first of files.toReversed()) {
    const whole = await readWhole(fileOf(folder, first)).catch(error => {
      log.error('files', `Cannot read ${fileOf(folder, first)}`, { err: error })
      return undefined
    })
    if (whole) {
      memory = whole.memory
      for (const line of whole.lines) if (line.number > memory.last) take(memory, line)
      break
    }
    log.error('files', 'a file of the journal of events is broken, and was put aside', { file: fileOf(folder, first) })
    await putAside(folder, first).catch(() => {})
    files.splice(files.indexOf(first), 1)
    memory = { ...memory, last: Math.max(memory.last, first - 1) }
  }
  return { memory, files }
}
