// The pods that a gateway serves: those that its watch shows. A host that has just begun, as by an upgrade, does not hear every pod yet that is a host
// itself: what such a pod has told of its own pods counts for a while longer, so that no request is sent away meanwhile.
import type { Change, PodStatus } from 'p8a'

/** For how long. */
const usualKeepMs = 10_000

export class ServedPods {
  #pods = new Map<string, PodStatus>()
  /** Those of which the last snapshot did not tell what was known before. */
  #kept = new Set<string>()
  #forgetting: NodeJS.Timeout | undefined
  #keepMs: number
  #changed: () => void

  /** @param changed is called when those that were kept are gone */
  constructor(changed: () => void, { keepMs = usualKeepMs } = {}) {
    this.#changed = changed
    this.#keepMs = keepMs
  }

  /** By their names; always the same map. */
  get all(): ReadonlyMap<string, PodStatus> {
    return this.#pods
  }

  /** @param seen all that the watch shows after that change */
  take(change: Change, seen: ReadonlyMap<string, PodStatus>): void {
    if (change.type === 'snapshot') this.#replace(seen)
    else this.#look(change.name, seen.get(change.name))
  }

  close(): void {
    clearTimeout(this.#forgetting)
  }

  #replace(seen: ReadonlyMap<string, PodStatus>): void {
    const kept = [...this.#pods].filter(([name, pod]) => isNotToldYet(name, { pod, seen }))
    this.#kept = new Set(kept.map(([name]) => name))
    this.#pods.clear()
    for (const [name, pod] of [...seen, ...kept]) this.#pods.set(name, pod)
    clearTimeout(this.#forgetting)
    if (kept.length > 0) this.#forgetting = setTimeout(() => this.#forget(seen), this.#keepMs).unref()
  }

  #look(name: string, pod: PodStatus | undefined): void {
    this.#kept.delete(name)
    if (pod) this.#pods.set(name, pod)
    else this.#pods.delete(name)
  }

  #forget(seen: ReadonlyMap<string, PodStatus>): void {
    for (const name of this.#kept) this.#look(name, seen.get(name))
    this.#changed()
  }
}

/**
 * Whether it is within the host that another pod is, which is to be up, and is not there, or idle: as what that pod itself keeps there of one that it tells
 * to be up.
 */
function isNotToldYet(name: string, { pod, seen }: { pod: PodStatus; seen: ReadonlyMap<string, PodStatus> }): boolean {
  const [owner = '', ...within] = name.split('.')
  return within.length > 0 && seen.get(owner)?.want === 'up' && pod.want === 'up' && seen.get(name)?.want !== 'up'
}
