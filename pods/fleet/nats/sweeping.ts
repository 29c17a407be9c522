// Removes what uploads have left at the engine that were broken off. The end of an upload is a subject that is taken once: whoever sweeps takes it
// first, so that an upload that goes on after all fails as a whole, and nobody ever reads one without its first parts. Only whoever may purge the
// stream can do that, and no host of a guarded engine may.
import type { JetStreamManager } from '@nats-io/jetstream'
import { brokenOff, type Stood } from '../decide/broken-off.ts'
import { endName, readEnd, type Store } from './blobs.ts'
import { whyOf } from './failures.ts'

/** What is to be swept, so that the next one goes on where this one dies. It has one name more than parts, and so no reader sees it. */
const note = 'swept'

export class Sweeping {
  #name: string
  #stood: ReadonlyMap<string, Stood> = new Map()

  /** @param name of the stream */
  constructor(name: string) {
    this.#name = name
  }

  /**
   * @param options.afterMs how long nothing may have come to an upload
   * @returns how many it has removed
   * @throws what the engine throws; then it is gone on with the next time
   */
  async sweep({ client, manager }: Store, options: { nowMs: number; afterMs: number }): Promise<number> {
    const { stood, due } = brokenOff(await this.#open(manager), this.#stood, options)
    this.#stood = stood
    for (const upload of due) await this.#taken(async () => await client.publish(`${upload}.${endName}.${note}`, ''))
    let swept = 0
    for (const noted of await this.#subjects(manager, `*.*.*.${endName}.${note}`)) {
      const upload = noted.slice(0, -`.${endName}.${note}`.length)
      await this.#taken(async () => await client.publish(`${upload}.${endName}`, JSON.stringify({ v: 1, swept: true })))
      if (await this.#remove(manager, upload)) swept++
      await manager.streams.purge(this.#name, { filter: noted })
    }
    return swept
  }

  /** How many parts uploads have that are not whole. Where the end is there, and the first part is not, it was swept, and has gone on. */
  async #open(manager: JetStreamManager): Promise<Map<string, number>> {
    const uploads = async (part: string) =>
      new Set((await this.#subjects(manager, `*.*.*.${part}`)).map(subject => subject.slice(0, -`.${part}`.length)))
    const [begun, ended] = [await uploads('0'), await uploads(endName)]
    const parts = new Map<string, number>()
    for (const upload of [...begun, ...ended].filter(one => begun.has(one) !== ended.has(one))) {
      const count = (await this.#partsOf(manager, upload)).length
      if (count > 0) parts.set(upload, count)
    }
    return parts
  }

  /** @returns whether there was something; not where whoever has put it was first to end it */
  async #remove(manager: JetStreamManager, upload: string): Promise<boolean> {
    const end = await manager.streams.getMessage(this.#name, { last_by_subj: `${upload}.${endName}` })
    if (!end || readEnd(end.string())) return false
    const { purged } = await manager.streams.purge(this.#name, { filter: `${upload}.*`, seq: end.seq })
    const late = await this.#partsOf(manager, upload)
    for (const subject of late) await manager.streams.purge(this.#name, { filter: subject })
    return purged + late.length > 0
  }

  async #partsOf(manager: JetStreamManager, upload: string): Promise<string[]> {
    const all = await this.#subjects(manager, upload.slice(this.#name.length + 1).concat('.*'))
    return all.filter(subject => subject !== `${upload}.${endName}`)
  }

  async #subjects(manager: JetStreamManager, pattern: string): Promise<string[]> {
    const { state } = await manager.streams.info(this.#name, { subjects_filter: `${this.#name}.${pattern}` })
    // A subject that stands for others is no name of anything: whoever puts under it wants them to be removed.
    return Object.keys(state.subjects ?? {}).filter(subject => !/[*>]/.test(subject))
  }

  /** Where the subject has a message already, that one stays. */
  async #taken(publish: () => Promise<unknown>): Promise<void> {
    await publish().catch(error => {
      if (whyOf(error) !== 'full') throw error
    })
  }
}
