// What this host last knew of its fleet, in a file: a fleet pod that begins while the engine is away knows its hosts and pods by it. A line for each
// value, after one that says whose they are. What the engine tells later counts more.
import { open } from 'node:fs/promises'
import { writeWhole } from '../../whole-file.ts'
import type { Tables } from './tables.ts'

const version = 1
/** Between two writes, and how many times as long as the last one took: a large fleet is written seldom. */
const leastMs = 2000
const timesAsLong = 50
/** How much is made into text at once. */
const chunkLength = 256 * 1024

export type KnownFileOptions = {
  file: string
  fleet: string
  tables: Pick<Tables, 'changes' | 'isTold' | 'recall' | 'values'>
  log: (text: string) => void
}

export class KnownFile {
  #options: KnownFileOptions
  #kept: number | undefined
  #nextMs = 0
  #writing: Promise<void> | undefined
  #problem = ''

  constructor(options: KnownFileOptions) {
    this.#options = options
  }

  /** What cannot be read is as if nothing were known, and the log says so. */
  async recall(): Promise<void> {
    const { file, fleet, tables, log } = this.#options
    try {
      let isOurs: boolean | undefined
      for await (const line of (await open(file)).readLines()) {
        const told: unknown = JSON.parse(line)
        if (isOurs === undefined) isOurs = isHead(told, fleet)
        else if (isOurs && isValue(told)) tables.recall(told[0], Buffer.from(JSON.stringify(told[1])))
      }
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') log(`${file} is broken: ${(error as Error).message}`)
    }
  }

  /** Writes what is known by now, if that has changed and it is time. */
  look(): void {
    const { tables } = this.#options
    if (this.#writing || !tables.isTold || tables.changes === this.#kept || performance.now() < this.#nextMs) return
    this.#writing = this.#write(tables.changes).finally(() => {
      this.#writing = undefined
    })
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(changes: number): Promise<void> {
    const { file, log } = this.#options
    const begunMs = performance.now()
    try {
      await writeWhole(file, this.#chunks())
      this.#kept = changes
      this.#problem = ''
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#problem) log(`What is known of the fleet cannot be kept: ${message}`)
      this.#problem = message
    }
    const nowMs = performance.now()
    this.#nextMs = nowMs + Math.max(leastMs, (nowMs - begunMs) * timesAsLong)
  }

  *#chunks(): Generator<string> {
    const { fleet, tables } = this.#options
    let text = `${JSON.stringify({ v: version, fleet })}\n`
    for (const [key, value] of tables.values()) {
      text += `${JSON.stringify([key, value])}\n`
      if (text.length < chunkLength) continue
      yield text
      text = ''
    }
    yield text
  }
}

const isHead = (told: unknown, fleet: string): boolean =>
  typeof told === 'object' &&
  told !== null &&
  'v' in told &&
  told.v === version &&
  'fleet' in told &&
  told.fleet === fleet

const isValue = (told: unknown): told is [string, unknown] => Array.isArray(told) && typeof told[0] === 'string'
