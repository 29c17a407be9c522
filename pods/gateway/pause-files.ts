// The pauses on disk: a file for each in the storage of the gateway, which all its runs share and which outlives them. That no run
// rewrites what another one has written, each pause is a file of its own.
import { watch } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../whole-file.ts'
import type { Pause } from './pauses.ts'

const ending = '.json'

export class PauseFiles {
  #folder: string

  /** @param storage a folder that all runs share */
  constructor(storage: string) {
    this.#folder = join(storage, 'pauses')
  }

  /** All that have not ended yet. */
  async read(): Promise<Map<string, Pause>> {
    const names = await readdir(this.#folder).catch(() => [])
    const files = names.filter(name => name.endsWith(ending))
    const pauses = await Promise.all(files.map(async name => [name, await this.#readOne(name)] as const))
    return new Map(pauses.flatMap(([name, pause]) => (pause ? [[name.slice(0, -ending.length), pause] as const] : [])))
  }

  async pause(name: string, { untilMs }: Pause): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await writeWhole(this.#file(name), JSON.stringify({ untilMs }))
  }

  /** @returns whether it was paused */
  async resume(name: string): Promise<boolean> {
    const pause = await this.#readOne(`${name}${ending}`)
    await rm(this.#file(name), { force: true })
    return pause !== undefined
  }

  /** Calls `changed` whenever another run may have written something, until the signal is aborted. */
  async watch(changed: () => void, signal: AbortSignal): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    watch(this.#folder, { signal }, changed)
  }

  async #readOne(name: string): Promise<Pause | undefined> {
    try {
      const { untilMs } = JSON.parse(await readFile(join(this.#folder, name), 'utf8')) as Pause
      return untilMs === undefined || untilMs > Date.now() ? { untilMs } : undefined
    } catch {
      // It was resumed meanwhile, or somebody wrote something else there.
      return undefined
    }
  }

  #file(name: string): string {
    return join(this.#folder, `${name}${ending}`)
  }
}
