// What a run of a script wrote, byte for byte: its log without the head of each line. It can be read from any offset,
// and waited for.
import type { FileHandle } from 'node:fs/promises'
import { flagAt, headBytes } from '../../protocol/cri.ts'
import { P8aError } from '../../protocol/errors.ts'
import { runPaths } from '../system/paths.ts'
import { isMissing, openPlain } from '../system/plain-file.ts'
import type { Seams } from '../system/seams.ts'

const blockBytes = 256 * 1024
/** The buffer grows with the output: most scripts write little. */
const firstBytes = 4096
/** How often to look at a log that is waited for: soon at first. */
const firstLookMs = 5
const mostLookMs = 100
/** How many places in logs to remember, so that continuing does not mean reading everything again. */
const maxPlaces = 256

/** The beginning of a line of a log, and how many bytes of output come before it. */
type Place = { output: number; file: number }

export type Part = { bytes: Buffer; next: number; isDone: boolean }

const places = new Map<string, Place>()

export type Reading = {
  pod: string
  /** Whether the output is complete. */
  isOver(): boolean
  /** Calls a listener whenever something about the pod changes, until the returned function is called. */
  watch(listener: () => void): () => void
  number: number
  offset: number
  limit: number
  waitMs: number
  signal: AbortSignal
  /** Reads once there is room in memory for so many bytes. */
  room: <T>(bytes: number, read: () => Promise<T>) => Promise<T>
}

/** Reads up to `limit` bytes from `offset` on; if there are none yet, waits up to `waitMs` for some. */
export async function readOutput(seams: Pick<Seams, 'paths' | 'clock'>, reading: Reading): Promise<Part> {
  const { pod, number, offset, limit, waitMs, signal } = reading
  const file = runPaths(seams.paths.pod(pod), number).log
  const giveUpMs = seams.clock.nowMs() + waitMs
  for (let lookMs = firstLookMs; ; lookMs = Math.min(lookMs * 1.3, mostLookMs)) {
    // Asked first: what is read after the end is complete.
    const wasOver = reading.isOver()
    const { bytes, isEnd } = await reading.room(limit, async () => await readPart(file, offset, limit))
    const isLate = seams.clock.nowMs() >= giveUpMs || signal.aborted
    if (bytes.length > 0 || wasOver || isLate) return { bytes, next: offset + bytes.length, isDone: wasOver && isEnd }
    await change(reading, Math.min(lookMs, giveUpMs - seams.clock.nowMs()))
  }
}

/** Waits until something about the pod changes, or for a while. */
async function change({ watch }: Pick<Reading, 'watch'>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const unwatch = watch(resolve)
  const timer = setTimeout(resolve, Math.max(0, ms))
  await promise
  clearTimeout(timer)
  unwatch()
}

async function readPart(file: string, offset: number, limit: number): Promise<{ bytes: Buffer; isEnd: boolean }> {
  const handle = await openPlain(file).catch(error => {
    if (isMissing(error)) return
    throw new P8aError('state_broken', `Cannot read ${file}: ${(error as Error).message}`, {
      facts: { file },
      cause: error,
    })
  })
  // Nothing was written yet, or its log was removed.
  if (!handle) return { bytes: Buffer.alloc(0), isEnd: true }
  try {
    const { size, ino, birthtimeMs } = await handle.stat()
    // A pod that was removed and pushed again has files of the same names.
    const key = `${file} ${ino} ${birthtimeMs}`
    return await new PartReader(handle, { key, offset, limit }).read(size)
  } finally {
    await handle.close()
  }
}

class PartReader {
  #handle: FileHandle
  #key: string
  #offset: number
  #limit: number
  /** The output, copied line by line: a view of each line would cost more than its bytes. */
  #out: Buffer = Buffer.allocUnsafe(firstBytes)
  #kept = 0
  #place: Place

  constructor(handle: FileHandle, { key, offset, limit }: { key: string; offset: number; limit: number }) {
    this.#handle = handle
    this.#key = key
    this.#offset = offset
    this.#limit = limit
    const known = places.get(key)
    this.#place = known && known.output <= offset ? { ...known } : { output: 0, file: 0 }
  }

  /** @param size of the log, as it was a moment ago */
  async read(size: number): Promise<{ bytes: Buffer; isEnd: boolean }> {
    let isEnd = false
    const block = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(size - this.#place.file, 0) + 1))
    while (this.#kept < this.#limit && !isEnd) {
      const from = this.#place.file
      const { bytesRead } = await this.#handle.read(block, 0, block.length, from)
      this.#take(block.subarray(0, bytesRead))
      // Half a line may be left: its writer has not finished, or was killed. If the block is full and has no whole
      // line, the log has grown since its size was asked.
      const isAtEnd = bytesRead < block.length || this.#place.file === from
      isEnd = isAtEnd && this.#kept < this.#limit
    }
    this.#remember()
    return { bytes: this.#out.subarray(0, this.#kept), isEnd }
  }

  /** Takes whole lines. */
  #take(block: Buffer): void {
    const { file } = this.#place
    let at = 0
    while (at < block.length && this.#kept < this.#limit) {
      const start = at + headBytes
      if (start > block.length) break
      const newline = block.indexOf(10, start)
      // Its writer has not finished; no line is longer than a block.
      if (newline === -1) break
      const isFull = block[at + flagAt] === 70
      const end = newline + (isFull ? 1 : 0)
      const length = end - start
      if (!this.#keep(block, start, length)) break
      at = newline + 1
      this.#place = { output: this.#place.output + length, file: file + at }
    }
  }

  /** Keeps the wanted part of a line. @returns whether the whole line was used */
  #keep(block: Buffer, start: number, length: number): boolean {
    const skip = Math.max(0, this.#offset + this.#kept - this.#place.output)
    const wanted = Math.min(length - skip, this.#limit - this.#kept)
    if (wanted > 0) {
      this.#makeRoom(wanted)
      block.copy(this.#out, this.#kept, start + skip, start + skip + wanted)
      this.#kept += wanted
    }
    return skip + Math.max(0, wanted) >= length
  }

  #makeRoom(bytes: number): void {
    if (this.#kept + bytes <= this.#out.length) return
    const larger = Buffer.allocUnsafe(Math.min(Math.max(2 * this.#out.length, this.#kept + bytes), this.#limit))
    this.#out.copy(larger, 0, 0, this.#kept)
    this.#out = larger
  }

  #remember(): void {
    places.delete(this.#key)
    places.set(this.#key, this.#place)
    const [oldest] = places.keys()
    if (places.size > maxPlaces && oldest !== undefined) places.delete(oldest)
  }
}
