// What is in the container of a run: its first process, which is no child of the run's own, the client of the engine. Its limits count for
// what is there too; and a client whose container is gone is ended, since it would wait for ever where nobody is left to tell it.
import { setTimeout as delay } from 'node:timers/promises'
import type { Identity } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import { rootFolder } from '../system/way.ts'
import type { Bounds } from './bounds.ts'

/** How often to ask for the container of a run that begins, at first and at most. */
const firstAskMs = 250
const mostAskMs = 5000
/** How often to look whether what is within is there still. */
const lookMs = 1000
/** How many looks a client may be there without its container: it brings the end in order. */
const mostLooks = 5

/** A run: the client of an engine. */
type Client = { readonly identity: Identity | undefined }

type Needs = Pick<Seams, 'processes' | 'log' | 'paths'> & { bounds: Pick<Bounds, 'includes'> }

export class Within {
  #needs: Needs
  #first = new Map<Client, Identity | undefined>()
  #isDetached = false

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** The first process in the container of a run, once it is known. */
  of(client: Client): Identity | undefined {
    return this.#first.get(client)
  }

  /** Its process is known, or its limits are others. @param key path and id of the run */
  async watch(client: Client, key: string): Promise<void> {
    const known = this.#first.get(client)
    if (known) await this.#needs.bounds.includes(key, known)
    if (this.#first.has(client)) return
    this.#first.set(client, undefined)
    try {
      const first = await this.#find(client, key)
      if (!first) return
      this.#first.set(client, first)
      await this.#needs.bounds.includes(key, first)
      await this.#watchEnd(client, { key, first })
    } catch (error) {
      this.#needs.log.error('run', 'what is in its container could not be seen', { run: key, err: error })
    }
  }

  /** Its container is to be gone. */
  async end(client: Client, key: string): Promise<void> {
    this.#first.delete(client)
    const { removeContainer } = await import('./containers.ts')
    await removeContainer({ data: rootFolder(this.#needs.paths), key }, this.#needs)
  }

  /** Its client has ended. */
  forget(client: Client): void {
    this.#first.delete(client)
  }

  detach(): void {
    this.#isDetached = true
  }

  #isOver(client: Client): boolean {
    return this.#isDetached || !this.#first.has(client)
  }

  async #find(client: Client, key: string): Promise<Identity | undefined> {
    const { firstWithin } = await import('./containers.ts')
    for (let waitMs = firstAskMs; !this.#isOver(client); waitMs = Math.min(2 * waitMs, mostAskMs)) {
      const pid = await firstWithin({ data: rootFolder(this.#needs.paths), key })
      const first = pid === undefined ? undefined : await this.#needs.processes.identify(pid)
      if (first) return first
      await delay(waitMs, undefined, { ref: false })
    }
    return undefined
  }

  async #watchEnd(client: Client, { key, first }: { key: string; first: Identity }): Promise<void> {
    const { processes, log } = this.#needs
    for (let looks = 0; looks < mostLooks; ) {
      await delay(lookMs, undefined, { ref: false })
      if (this.#isOver(client)) return
      const now = await processes.identify(first.pid).catch(() => first)
      looks = now?.startTime === first.startTime ? 0 : looks + 1
    }
    log.warn('run', 'its container is gone, and the client of its engine waits', { run: key })
    if (!this.#isOver(client) && client.identity) await processes.signalGroup(client.identity, 'SIGKILL')
  }
}
