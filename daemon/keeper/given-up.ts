// Runs that nobody wants any more, though a keeper may yet say that it has begun them: they are ended then.
import type { Seams } from '../system/seams.ts'

export class GivenUp {
  #seams: Pick<Seams, 'processes' | 'log'>
  #keys = new Set<string>()

  constructor(seams: Pick<Seams, 'processes' | 'log'>) {
    this.#seams = seams
  }

  add(key: string): void {
    this.#keys.add(key)
  }

  /** A keeper has it after all. @returns whether it was one */
  take(key: string): boolean {
    return this.#keys.delete(key)
  }

  /** @param key of a run that was given up, by this host or by one before */
  async end(key: string, pid: number): Promise<void> {
    const { processes, log } = this.#seams
    log.warn('script', 'a run that was given up was ended', { key, pid })
    try {
      const identity = await processes.identify(pid)
      if (identity) await processes.signalGroup(identity, 'SIGKILL')
    } catch (error) {
      log.error('script', 'a run that was given up could not be ended', { key, pid, err: error })
    }
  }
}
