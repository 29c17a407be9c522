// Which pods of a host need which: what a pod waits for before it starts, what stops before it, and cycles, which are refused.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { PodState } from '../../protocol/words.ts'
import type { InForce } from '../pod/in-force.ts'

/** A pod, as far as it is known here. */
type Needing = { name: string; inForce: InForce | undefined; state: PodState }

/** Names of pods by the names that they need. */
type Graph = (name: string) => readonly string[]

/** What a pod's config says that it needs. */
export function needsOf({ inForce }: Pick<Needing, 'inForce'>): readonly string[] {
  return inForce?.desired.config.needs ?? inForce?.image.config.needs ?? []
}

/** Those of a pod's needs that are not up. */
export function missingOf(pod: Needing, find: (name: string) => Needing | undefined): string[] {
  return needsOf(pod).filter(name => find(name)?.state !== 'up')
}

/**
 * Refuses that `name` needs `needs` where one of these needs it in turn.
 * @throws {P8aError} `needs_cycle`, with the cycle
 */
export function refuseCycle(name: string, needs: readonly string[], others: Graph): void {
  const graph: Graph = pod => (pod === name ? needs : others(pod))
  const cycle = findWay(name, { to: name, graph, seen: new Set() })
  if (!cycle) return
  throw new P8aError(
    'needs_cycle',
    `Pod ${quote(name)} cannot need a pod that needs it: ${[name, ...cycle].join(' → ')}`,
    {
      hint: 'Remove one of these from config.needs',
      facts: { pod: name, cycle: [name, ...cycle] },
    },
  )
}

function findWay(from: string, way: { to: string; graph: Graph; seen: Set<string> }): string[] | undefined {
  for (const next of way.graph(from)) {
    if (next === way.to) return [next]
    if (way.seen.has(next)) continue
    way.seen.add(next)
    const rest = findWay(next, way)
    if (rest) return [next, ...rest]
  }
  return undefined
}

/** The pods that need a name, and those that need these: first those that nobody needs. Of a cycle, each is there once. */
export function dependentsIn<Pod extends Pick<Needing, 'name' | 'inForce'>>(
  pods: readonly Pod[],
): (name: string) => Pod[] {
  const needing = new Map<string, Pod[]>()
  for (const pod of pods) {
    for (const need of new Set(needsOf(pod))) {
      const others = needing.get(need)
      if (others) others.push(pod)
      else needing.set(need, [pod])
    }
  }
  return name => {
    const seen = new Set([name])
    const found: Pod[] = []
    const visit = (of: string) => {
      for (const pod of needing.get(of) ?? []) {
        if (seen.has(pod.name)) continue
        seen.add(pod.name)
        visit(pod.name)
        found.push(pod)
      }
    }
    visit(name)
    return found
  }
}
