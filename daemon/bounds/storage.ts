// How much of a disk the storage of a pod takes. It is measured again and again while a run with such a limit lives, and takes a small
// part of the time: where it took long, the next time is far off.
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import { isMissing } from '../system/plain-file.ts'
import { runProgram } from '../system/run-program.ts'

/** How much longer than a look took it is to the next one at the same folder. */
const restFactor = 20
/** Between two looks at different folders it is as much longer, but no more than this. */
const mostRestMs = 1000
/** A look that takes longer finds nothing. */
const longestMs = 600_000

type Known = { bytes: number | undefined; nextMs: number }

export class StorageMeter {
  #known = new Map<string, Known>()
  #looking = new Map<string, Promise<number>>()
  /** These wait for their turn: one is looked at after the other, however many there are. */
  #due = new Set<string>()
  #isAtOne = false
  #size: typeof sizeOf
  #rest: typeof unheldRest
  #nowMs: () => number

  constructor({ size = sizeOf, rest = unheldRest, nowMs = monotonicMs } = {}) {
    this.#size = size
    this.#rest = rest
    this.#nowMs = nowMs
  }

  /** What was found last, in bytes. It does not wait, and sees to it that somebody looks again if it is time. */
  bytesOf(folder: string): number | undefined {
    const known = this.#known.get(folder)
    const isTime = !known || known.nextMs <= this.#nowMs()
    if (isTime && !this.#looking.has(folder)) this.#due.add(folder)
    void this.#lookInTurn()
    return known?.bytes
  }

  /** What is there now, if there was too much when it was looked at last; undefined if not. @throws the system's error */
  async stillOver(folder: string, most: number): Promise<number | undefined> {
    if ((this.#known.get(folder)?.bytes ?? 0) <= most) return undefined
    const bytes = await this.#look(folder)
    return bytes > most ? bytes : undefined
  }

  async #lookInTurn(): Promise<void> {
    if (this.#isAtOne) return
    this.#isAtOne = true
    // What becomes due meanwhile comes to its end.
    for (const folder of this.#due) {
      this.#due.delete(folder)
      const beganMs = this.#nowMs()
      await this.#look(folder).catch(() => {})
      await this.#rest(Math.min((this.#nowMs() - beganMs) * restFactor, mostRestMs))
    }
    this.#isAtOne = false
  }

  async #look(folder: string): Promise<number> {
    const known = this.#looking.get(folder)
    if (known) return await known
    const beganMs = this.#nowMs()
    const looking = this.#size(folder)
      .then(bytes => {
        this.#keep(folder, { bytes, beganMs })
        return bytes
      })
      .catch(error => {
        // What cannot be seen now takes what it took.
        this.#keep(folder, { bytes: this.#known.get(folder)?.bytes, beganMs })
        throw error
      })
      .finally(() => this.#looking.delete(folder))
    this.#looking.set(folder, looking)
    return await looking
  }

  #keep(folder: string, { bytes, beganMs }: { bytes: number | undefined; beganMs: number }): void {
    const nowMs = this.#nowMs()
    this.#known.set(folder, { bytes, nextMs: nowMs + (nowMs - beganMs) * restFactor })
  }
}

/** It keeps no process alive. */
async function unheldRest(ms: number): Promise<void> {
  await delay(ms, undefined, { ref: false })
}

/**
 * What all in a folder takes of the disk, in bytes; 0 where there is none. A file with several names counts once; what goes meanwhile
 * may be missed.
 * @throws {Error} where it cannot be seen now
 */
export async function sizeOf(folder: string): Promise<number> {
  // Folders of many files are gone through by a process of its own, which gives way to others.
  const line = 'exec nice -n 10 du -sk -- "$0/." 2>/dev/null'
  const { output } = await runProgram(['/bin/sh', '-c', line, folder], { input: [], timeoutMs: longestMs })
  const size = Number.parseInt(output, 10)
  if (!Number.isNaN(size)) return size * 1024
  if (await isMissingAt(folder)) return 0
  throw new Error(`du could not tell how large ${folder} is`)
}

async function isMissingAt(folder: string): Promise<boolean> {
  return await stat(folder).then(
    () => false,
    error => isMissing(error),
  )
}
