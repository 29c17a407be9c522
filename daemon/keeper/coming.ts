// The keeper that is being made, for all who wait for one.
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'

export class Coming<Keeper> {
  #spawn: () => Promise<void>
  #bootMs: number
  #coming: PromiseWithResolvers<Keeper> | undefined

  /** @param options.bootMs how long it may take to be spawned and to dial */
  constructor(spawn: () => Promise<void>, { bootMs }: { bootMs: number }) {
    this.#spawn = spawn
    this.#bootMs = bootMs
  }

  onDialled(keeper: Keeper): void {
    this.#coming?.resolve(keeper)
  }

  /** Makes one, unless it is being made. @throws {P8aError} `timeout`; what the system says */
  async get(): Promise<Keeper> {
    if (this.#coming) return await this.#coming.promise
    const coming = Promise.withResolvers<Keeper>()
    this.#coming = coming
    const late = new P8aError('timeout', 'The keeper did not come up in time')
    const giveUp = deadline(() => coming.reject(late), this.#bootMs)
    // If it cannot be spawned, all who wait for it get the error. A system that does not answer is not waited for.
    this.#spawn().catch(coming.reject)
    try {
      return await coming.promise
    } finally {
      clearTimeout(giveUp)
      this.#coming = undefined
    }
  }
}
