// The folders that the runs of a script need.
import { mkdir } from 'node:fs/promises'
import { saveError } from '../store/state-file.ts'
import type { Seams } from '../system/seams.ts'

/** For how long to assume that folders that were made still exist. */
const keptMs = 1000

export class RunFolders {
  #pod: string
  #seams: Pick<Seams, 'paths' | 'clock'>
  #madeMs = Number.NEGATIVE_INFINITY

  constructor(pod: string, seams: Pick<Seams, 'paths' | 'clock'>) {
    this.#pod = pod
    this.#seams = seams
  }

  /**
   * Makes them: not at each of many starts, but soon enough if a person removed one.
   * @throws {P8aError} `no_space`, `save_failed`
   */
  async make(): Promise<void> {
    const nowMs = this.#seams.clock.nowMs()
    if (nowMs - this.#madeMs < keptMs) return
    const { runs, logs, storage } = this.#seams.paths.pod(this.#pod)
    for (const dir of [runs, logs, storage]) {
      await mkdir(dir, { recursive: true, mode: 0o700 }).catch(error => {
        throw saveError(dir, error)
      })
    }
    this.#madeMs = nowMs
  }
}
