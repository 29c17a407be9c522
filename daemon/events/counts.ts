// How many events there were since this host began, by host and type, and how often runs of each pod were begun again or crashed, and it was woken.
import { keyOf } from './memory.ts'

export type PodCounts = { restarts: number; crashes: number; wakes: number }

const none: PodCounts = { restarts: 0, crashes: 0, wakes: 0 }

type Counted = { type: string; path: string; pod?: string | undefined; restarts?: unknown }

export class Counts {
  #types = new Map<string, Map<string, number>>()
  #pods = new Map<string, PodCounts>()

  take({ type, path, pod, restarts }: Counted): void {
    const types = this.#types.get(path) ?? new Map<string, number>()
    this.#types.set(path, types.set(type, (types.get(type) ?? 0) + 1))
    if (pod === undefined) return
    const key = keyOf({ path, pod })
    // A pod of the same name that comes later begins anew.
    if (type === 'removed') return void this.#pods.delete(key)
    const what = countOf({ type, restarts })
    if (!what) return
    const had = this.#pods.get(key) ?? none
    this.#pods.set(key, { ...had, [what]: had[what] + 1 })
  }

  /** How many of a type there were, in the hosts that `isMeant` means. */
  of(type: string, isMeant: (path: string) => boolean): number {
    let sum = 0
    for (const [path, types] of this.#types) if (isMeant(path)) sum += types.get(type) ?? 0
    return sum
  }

  ofPod(at: { path: string; pod: string }): PodCounts {
    return this.#pods.get(keyOf(at)) ?? none
  }
}

function countOf({ type, restarts }: Pick<Counted, 'type' | 'restarts'>): keyof PodCounts | undefined {
  if (type === 'begun') return typeof restarts === 'number' && restarts > 0 ? 'restarts' : undefined
  if (type === 'woke') return 'wakes'
  return type === 'crashed' || type === 'limit-hit' ? 'crashes' : undefined
}
