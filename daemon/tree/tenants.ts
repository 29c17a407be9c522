// What the pods of each host count for in quotas, and who may not have more. What is asked for is counted from the moment at which
// it is allowed, so that two who ask at once do not both get the last of it.
import { isWithin } from '../../protocol/names.ts'
import type { QuotaUse } from '../../protocol/quota.ts'
import { exceeded } from '../bounds/quota-exceeded.ts'
import type { Quotas } from '../bounds/quotas.ts'
import { type InForce, targetOf } from '../pod/in-force.ts'
import type { PodEntry, Pods } from './pods.ts'
import type { PodSupervisor } from './supervisor.ts'

type Counted = Pick<QuotaUse, 'pods' | 'runs' | 'images'>

/** What one pod counts for. `images`: bytes by hash; pods of one host share what has the same hash. */
type Share = { runs: number; images: ReadonlyMap<string, number> }

/** Someone is about to have it. `name` is that of a pod. */
type Claim = { path: string; name: string; share: Share }

const nothing: Share = { runs: 0, images: new Map() }

export class Tenants {
  readonly quotas: Quotas
  #places = new Map<string, Pods>()
  #claims = new Set<Claim>()
  /** What was sent for pushes that have not come yet: bytes by hash, of each host. */
  #sent = new Map<string, Map<string, number>>()

  constructor(quotas: Quotas) {
    this.quotas = quotas
  }

  /** There are these pods at a path from now on. */
  add(path: string, pods: Pods): void {
    this.#places.set(path, pods)
  }

  forget(path: string): void {
    this.#places.delete(path)
    this.#sent.delete(path)
  }

  /**
   * A pod is about to be so: it counts as much as that until the returned function is called, and by then by itself. What makes
   * nothing more is never refused, also where there is more than a quota allows, since that was lowered.
   * @throws {P8aError} `quota_exceeded`
   */
  claim(path: string, name: string, next: InForce): () => void {
    const claim: Claim = { path, name, share: shareOf(next) }
    const over = this.quotas.over(path)
    const before = over.map(bounded => this.used(bounded.path))
    this.#claims.add(claim)
    for (const [at, { path: of, bounds }] of over.entries()) {
      const used = this.used(of)
      for (const key of ['pods', 'runs', 'images'] as const) {
        const most = bounds[key] ?? Number.POSITIVE_INFINITY
        const was = before[at]?.[key] ?? 0
        if (used[key] <= most || used[key] <= was) continue
        this.#claims.delete(claim)
        throw exceeded(of, { key, most, used: was, more: used[key] - was, pod: name })
      }
    }
    return () => void this.#claims.delete(claim)
  }

  /** One more run of a script is about to begin. @throws {P8aError} `quota_exceeded` */
  refuseRun(path: string, name: string): void {
    this.#refuse(path, { key: 'runs', more: 1, pod: name })
  }

  /** Before anything is read or built for a pod that is new. @throws {P8aError} `quota_exceeded` */
  refusePod(path: string, name: string): void {
    if (!this.#places.get(path)?.find(name)) this.#refuse(path, { key: 'pods', more: 1, pod: name })
  }

  /**
   * Bytes have come to a host for a push. Those that no push takes up are swept away some time.
   * @throws {P8aError} `quota_exceeded` where they are too many, with what was sent before and waits for its push
   */
  send(path: string, { hash, bytes }: { hash: string; bytes: number }): void {
    const over = this.quotas.over(path)
    const sent = this.#sent.get(path) ?? new Map<string, number>()
    // Whoever sends a file in parts says with each how large it is, and may say another size than before.
    const more = bytes - (sent.get(hash) ?? 0)
    if (over.length === 0 || (more <= 0 && sent.has(hash))) return
    for (const { path: of, bounds } of over) {
      const used = this.#sentWithin(of)
      if (bounds.images !== undefined && used + more > bounds.images)
        throw exceeded(of, { key: 'images', most: bounds.images, used, more })
    }
    this.#sent.set(path, sent.set(hash, bytes))
  }

  /** What is left of what was sent, once it was swept, or a push has taken it up. */
  keepSent(path: string, isKept: (hash: string) => boolean): void {
    const sent = this.#sent.get(path)
    for (const hash of sent?.keys() ?? []) if (!isKept(hash)) sent?.delete(hash)
  }

  /** What there is at a path and within. */
  used(path: string): Counted {
    const of = [...this.#places].filter(([at]) => isWithin(path, at))
    const used = { pods: 0, runs: 0, images: 0 }
    for (const [at, pods] of of) {
      const shares = new Map([...pods.values()].map(entry => [entry.supervisor.name, shareOfPod(entry)]))
      for (const { path: of, name, share } of this.#claims)
        if (of === at) shares.set(name, changing(shares.get(name), share))
      const images = new Map<string, number>()
      for (const share of shares.values()) {
        used.pods++
        used.runs += share.runs
        for (const [hash, bytes] of share.images) images.set(hash, bytes)
      }
      for (const bytes of images.values()) used.images += bytes
    }
    return used
  }

  #refuse(path: string, { key, more, pod }: { key: 'pods' | 'runs'; more: number; pod: string }): void {
    for (const { path: of, bounds } of this.quotas.over(path)) {
      const most = bounds[key]
      if (most === undefined) continue
      const used = this.used(of)[key]
      if (used + more > most) throw exceeded(of, { key, most, used, more, pod })
    }
  }

  #sentWithin(path: string): number {
    const of = [...this.#sent].filter(([at]) => isWithin(path, at)).flatMap(([, sent]) => [...sent.values()])
    return of.reduce((sum, bytes) => sum + bytes, 0)
  }
}

function shareOfPod({ supervisor }: PodEntry): Share {
  const wanted = supervisor.inForce ? shareOf(supervisor.inForce) : nothing
  return { ...wanted, runs: Math.max(wanted.runs, liveOf(supervisor)) }
}

/** Places of runs that may have a process: one beside another, as in a reload, counts with it. Each run of a script is its own. */
function liveOf({ runs, scriptsUnderWay }: PodSupervisor): number {
  return new Set([...runs.values()].map(({ slot }) => slot)).size + scriptsUnderWay
}

function shareOf(inForce: InForce): Share {
  const { desired, image, scale } = inForce
  const isService = image.kind === 'service' && desired.want === 'up'
  return {
    runs: isService ? Math.max(scale, targetOf(inForce).scale) : 0,
    images: new Map(desired.images.map(({ hash, size }) => [hash, size])),
  }
}

/** What a pod has while it is changed: its images are those that it is to have, its runs also those that end. */
function changing(before: Share | undefined, next: Share): Share {
  return { ...next, runs: Math.max(next.runs, before?.runs ?? 0) }
}
