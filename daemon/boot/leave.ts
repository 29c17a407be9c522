// The end of the daemon: a client asked for it, a signal, another data directory, with which it begins again, or another
// host, which takes its place.
import type { UpgradeInfo } from '../../protocol/words-host.ts'
import type { HeirProcess } from '../system/heir-process.ts'

/** `heir`: takes the place of this host. `fallback`: this version again, which waits in case that one cannot. */
export type Prepared = { heir: HeirProcess; fallback: HeirProcess; info: UpgradeInfo }

/** Why it ends. */
export type Why = { text: string; isAgain: boolean; prepared?: Prepared }

export class Leave {
  #why = Promise.withResolvers<Why>()
  #settled = Promise.withResolvers<void>()

  /** The daemon is the host: none before it waits any more for what becomes of it. */
  settle(): void {
    this.#settled.resolve()
  }

  /** Resolves once it is. A host that ends before that, or its pods, has failed for the one before, which comes back then. */
  async settled(): Promise<void> {
    await this.#settled.promise
  }

  /** Ends the daemon; later calls change nothing. */
  now(text: string): void {
    this.#why.resolve({ text, isAgain: false })
  }

  /** Ends the daemon, which then begins again in the same process. */
  again(text: string): void {
    this.#why.resolve({ text, isAgain: true })
  }

  /** Ends the daemon; the host that is prepared takes its place. */
  handOver(prepared: Prepared): void {
    this.#why.resolve({ text: `${prepared.info.to} takes over`, isAgain: false, prepared })
  }

  /** Resolves once the daemon has to end. From this call on, signals count too. */
  async wanted(): Promise<Why> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.now(signal))
    return await this.#why.promise
  }
}
