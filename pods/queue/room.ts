// How many items that have not ended the queues of a host may have in all, where a quota says so. The host leaves that in a file, for
// the next start, and says it when it changes.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refusal } from './item.ts'
import type { Store } from './store.ts'

/** `path`: whose quota it is; `items`: how large; `room`: how much of it these queues may use, as others have the rest. */
export type Share = { path: string; items: number; room: number }

/** @returns undefined where nothing bounds them */
export async function readShare(storage: string): Promise<Share | undefined> {
  const text = await readFile(join(storage, 'quota.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}

export class Room {
  #store: Pick<Store, 'open'>
  #share: Share | undefined

  constructor(store: Pick<Store, 'open'>, share?: Share) {
    this.#store = store
    this.#share = share
  }

  set(share: Share | undefined): void {
    this.#share = share
  }

  /** How many there are, and how many there may be; null: as many as they like. */
  get told(): { open: number; room: number | null } {
    return { open: this.#store.open, room: this.#share?.room ?? null }
  }

  /** Why no `more` items may come to a queue, if so. */
  refusal(queue: string, more: number): Error | undefined {
    if (!this.#share || this.#store.open + more <= this.#share.room) return undefined
    const { path, items, room } = this.#share
    const left = room < items ? `, of which ${room} are left to the queues of its host` : ''
    return refusal(
      'quota_exceeded',
      `Cannot enqueue for pod ${JSON.stringify(queue)}: ${JSON.stringify(path)} may have ${items} items${left}, and ${this.#store.open} wait or run; this would be ${more} more`,
      'Try again later, or drop what waits; an admin of a host around it can raise the quota',
    )
  }
}
