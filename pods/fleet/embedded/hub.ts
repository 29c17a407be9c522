// What all hosts of an embedded engine share: values, listeners, bytes. In one process; a fleet of one keeps its values in a file.
import type { Rev, StateChange } from '../port/ports.ts'

export type Kept = { value: Uint8Array; rev: Rev }

export type Listener = { pattern: string; heard: (subject: string, frame: Uint8Array) => void }
export type Server = { subject: string; handler: (frame: Uint8Array, subject: string) => Promise<Uint8Array> }

/** As a map does it. */
export type Blobs = Pick<Map<string, Uint8Array>, 'has' | 'get' | 'delete'> & {
  set(name: string, bytes: Uint8Array): unknown
}

export type Saved = (key: string, hub: Hub) => void

export class Hub {
  values = new Map<string, Kept>()
  /** What each key had before its last write. */
  before = new Map<string, Kept | undefined>()
  readonly blobs: Blobs
  watchers = new Set<(change: StateChange & { key: string }) => void>()
  listeners = new Set<Listener>()
  servers = new Set<Server>()
  last: number
  #saved: Saved

  /** @param options.last the number of the last write; `saved` is called after each, before anyone is told */
  constructor({ last = 0, saved = () => {}, blobs = new Map() }: { last?: number; saved?: Saved; blobs?: Blobs } = {}) {
    this.last = last
    this.blobs = blobs
    this.#saved = saved
  }

  /** @throws what `saved` throws; then the value is as before */
  set(key: string, value: Uint8Array | undefined): Rev {
    const before = this.values.get(key)
    const rev = String(++this.last)
    this.#put(key, value && { value, rev })
    try {
      this.#saved(key, this)
    } catch (error) {
      this.#put(key, before)
      throw error
    }
    this.before.set(key, before)
    for (const tell of this.watchers) tell(value ? { t: 'set', key, value, rev } : { t: 'del', key })
    return rev
  }

  #put(key: string, kept: Kept | undefined): void {
    if (kept) this.values.set(key, kept)
    else this.values.delete(key)
  }
}
