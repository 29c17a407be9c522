// Which images of a host are not to be removed: those that a pod refers to, and those that are just being pushed; and which of
// them rest.
import type { InForce } from '../pod/in-force.ts'
import { imageOf } from '../store/desired.ts'

/** What of a pod says which images it refers to. `problem`: its file cannot be read; `underWay`: its runs. */
type Referring = {
  problem: string | undefined
  inForce: Pick<InForce, 'desired'> | undefined
  underWay: readonly { version: number }[]
}

export class ImagesInUse {
  #pods: () => readonly Referring[]
  /** How often each is kept. */
  #kept = new Map<string, number>()

  constructor(pods: () => readonly Referring[]) {
    this.#pods = pods
  }

  /** Those of `hashes` that no pod refers to; none while a pod's file cannot be read, since it may. */
  unusedOf(hashes: readonly string[]): string[] {
    const pods = this.#pods()
    if (pods.some(({ problem }) => problem !== undefined)) return []
    const used = new Set(pods.flatMap(({ inForce }) => inForce?.desired.images.map(({ hash }) => hash) ?? []))
    return hashes.filter(hash => !used.has(hash) && !this.#kept.has(hash))
  }

  /** Those that a pod refers to and that have no run, nor are meant to have the next one. */
  get resting(): string[] {
    const all = this.#pods().flatMap(({ inForce }) => inForce?.desired.images.map(({ hash }) => hash) ?? [])
    return [...new Set(all)].filter(hash => this.isResting(hash))
  }

  /** Whether no run has it, or is meant to; none rests while a pod's file cannot be read, since that may have runs. */
  isResting(hash: string): boolean {
    if (this.#kept.has(hash)) return false
    return this.#pods().every(({ problem, inForce, underWay }) => {
      if (problem !== undefined || !inForce) return false
      const { desired } = inForce
      const versions = [0, desired.version, desired.reload?.version ?? 0, ...underWay.map(({ version }) => version)]
      return versions.every(version => imageOf(desired, version)?.hash !== hash)
    })
  }

  /** Keeps an image that no pod refers to yet while `work` is under way. */
  async keep<T>(hash: string, work: () => Promise<T>): Promise<T> {
    this.#kept.set(hash, (this.#kept.get(hash) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = (this.#kept.get(hash) ?? 1) - 1
      if (left > 0) this.#kept.set(hash, left)
      else this.#kept.delete(hash)
    }
  }
}
