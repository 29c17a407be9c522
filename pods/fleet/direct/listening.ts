// The direct connections of this host as a member of its fleet: where it listens for them, as the process before it did if it can, and what is kept for
// the process after it.
import { DirectBus, type DirectOptions } from './bus.ts'
import { readOwn, writeOwn } from './own-file.ts'
import type { DirectSetting } from './setting.ts'

export type ListeningOptions = Omit<DirectOptions, 'engine' | 'before' | 'keep'> & {
  /** `seenAs`: the address by which the engine knows this host. */
  engine: DirectOptions['engine'] & { readonly seenAs: string }
  file: string
  at: Exclude<DirectSetting, 'off'>
}

export class Listening {
  readonly bus: DirectBus
  #options: ListeningOptions

  private constructor(options: ListeningOptions, bus: DirectBus) {
    this.#options = options
    this.bus = bus
  }

  /** @returns once it listens where the process before it did, if that was anywhere */
  static async open(options: ListeningOptions): Promise<Listening> {
    const { file, log } = options
    const before = await readOwn(file)
    const keep: DirectOptions['keep'] = own => void writeOwn(file, own).catch(error => log((error as Error).message))
    const listening = new Listening(options, new DirectBus({ ...options, before, keep }))
    await listening.look()
    return listening
  }

  /** Where the engine sees this host may be another place by its next connection, and hosts come and go. */
  async look(): Promise<void> {
    const { at, engine } = this.#options
    const { host, port } = at ?? { host: engine.seenAs, port: 0 }
    await this.bus.listen(host, port)
    this.bus.look()
  }
}
