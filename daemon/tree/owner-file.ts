// `owner.json`: which pod a host within another belongs to, and whether that has closed it.
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { parseState, putAside, readStateText, writeState } from '../store/state-file.ts'
import type { Seams } from '../system/seams.ts'
import { parentOf } from './host-path.ts'

/** The pod that a host belongs to: its name, and the path of the host that it is on. */
export type Owner = {
  path: string
  pod: string
  /** The pod that made it, where the owner has imported that: one of the host that it lies in. */
  imported?: string | undefined
}

/** `isClosed`: its owner has closed it, and has not mounted it since. */
export type Owned = { owner: Owner; isClosed: boolean }

const schema = v.strictObject({
  v: v.literal(1),
  path: v.string(),
  pod: v.string(),
  closed: v.optional(v.boolean(), false),
  imported: v.optional(v.string()),
})

/** Of the host at `path` within the root. */
export function ownerFileOf(seams: Pick<Seams, 'paths' | 'log' | 'clock'>, path: string): OwnerFile {
  return new OwnerFile(join(seams.paths.hosts, path, 'owner.json'), seams)
}

/** The owner of a host of which nothing is known: no pod can have this name. */
export const nobody = ''

export class OwnerFile {
  #file: string
  #seams: Pick<Seams, 'log' | 'clock'>
  /** Whether what is there cannot be read. */
  #isBroken = false

  constructor(file: string, seams: Pick<Seams, 'log' | 'clock'>) {
    this.#file = file
    this.#seams = seams
  }

  /**
   * Undefined where there is none. Of one that is broken it is not known whose the host at `path` is: it is {@link nobody}'s,
   * for the next pod to mount it.
   */
  async read(path: string): Promise<Owned | undefined> {
    try {
      const text = await readStateText(this.#file)
      if (text === undefined) return undefined
      const { v: _, closed, ...owner } = parseState(this.#file, text, schema)
      return { owner, isClosed: closed }
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      this.#isBroken = true
      const after = `the pods at ${path} keep running until a pod mounts it again`
      this.#seams.log.error('files', `${error.message}; ${after}`, error.facts)
      return { owner: { path: parentOf(path), pod: nobody }, isClosed: false }
    }
  }

  /** A broken one is put aside first. @throws {P8aError} `no_space`, `save_failed` */
  async write({ owner, isClosed }: Owned): Promise<void> {
    const aside = this.#isBroken ? await putAside(this.#file, this.#seams.clock.wallMs()) : undefined
    try {
      await writeState(this.#file, { v: 1, ...owner, ...(isClosed && { closed: true }) }, { durable: true })
    } catch (error) {
      // Without any file the host would be none to the next start.
      if (aside !== undefined) await rename(aside, this.#file).catch(() => {})
      throw error
    }
    if (aside !== undefined) this.#seams.log.warn('files', `A broken owner.json was renamed to ${aside}`)
    this.#isBroken = false
  }
}
