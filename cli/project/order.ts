// The order in which what needs each other is done.

export type Needing = { name: string; needs: readonly string[] }

/** Names that need each other in a circle, the first one also at the end; undefined if there is no circle. */
export function cycleIn(pods: readonly Needing[]): string[] | undefined {
  const needsOf = new Map(pods.map(({ name, needs }) => [name, needs]))
  const done = new Set<string>()
  const visit = (name: string, way: readonly string[]): string[] | undefined => {
    const at = way.indexOf(name)
    if (at !== -1) return [...way.slice(at), name]
    if (done.has(name)) return undefined
    for (const next of needsOf.get(name) ?? []) {
      const cycle = visit(next, [...way, name])
      if (cycle) return cycle
    }
    done.add(name)
    return undefined
  }
  for (const { name } of pods) {
    const cycle = visit(name, [])
    if (cycle) return cycle
  }
  return undefined
}

/**
 * Does `work` of each pod as soon as it is done for those that it needs, several at once; there must be no circle.
 * @param options.skip in the place of `work`, where it failed or was skipped for one that it needs, whose name it gets
 * @param options.most at once
 */
export async function inOrder<Pod extends Needing>(
  pods: readonly Pod[],
  { work, skip, most }: { work: (pod: Pod) => Promise<boolean>; skip: (pod: Pod, need: string) => void; most: number },
): Promise<void> {
  const begun = new Map<string, Promise<boolean>>()
  const gate = turnstile(most)
  const begin = (pod: Pod): Promise<boolean> => {
    const known = begun.get(pod.name)
    if (known) return known
    const doing = (async () => {
      for (const need of pod.needs) {
        const other = pods.find(({ name }) => name === need)
        if (!other || (await begin(other))) continue
        skip(pod, need)
        return false
      }
      return await gate(async () => await work(pod))
    })()
    begun.set(pod.name, doing)
    return doing
  }
  await Promise.all(pods.map(begin))
}

/** The pods in an order in which each one comes before those that it needs. */
export function dependentsFirst<Pod extends Needing>(pods: readonly Pod[]): Pod[] {
  const found = new Set<Pod>()
  const visit = (pod: Pod, way: readonly Pod[]) => {
    if (found.has(pod) || way.includes(pod)) return
    for (const other of pods) if (other.needs.includes(pod.name)) visit(other, [...way, pod])
    found.add(pod)
  }
  for (const pod of pods) visit(pod, [])
  return [...found]
}

/** Lets `most` works at once through; the others wait in their order. */
export function turnstile(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most
  const waiting: (() => void)[] = []
  return async work => {
    if (free > 0) free--
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
