// Which pods a list shows, and in which order. Pure.
import type { PodStatus } from './words.ts'

/** The words of the list: the four states of a pod, and a pod that is idle since it sleeps. */
export type Shown = PodStatus['status'] | 'asleep'

export const orders = ['trouble', 'name', 'memory', 'cpu', 'restarts', 'youngest'] as const
export type Order = (typeof orders)[number]

/** `usage`: what each pod used last, by full name. */
export type Wanted = {
  text: string
  shown: Shown | undefined
  order: Order
  usage?: ReadonlyMap<string, { cpu: number; memory: number }>
}

const worst: readonly Shown[] = ['error', 'waiting', 'up', 'asleep', 'idle']

export function shownAs({ status, asleepSince }: PodStatus): Shown {
  return status === 'idle' && asleepSince !== undefined ? 'asleep' : status
}

/** The full name of a pod: `inner.web`. */
export function fullName({ path, name }: Pick<PodStatus, 'path' | 'name'>): string {
  return path === '' ? name : `${path}.${name}`
}

/** How many pods there are of each. */
export function countByState(pods: Iterable<PodStatus>): Record<Shown, number> {
  const counts: Record<Shown, number> = { error: 0, waiting: 0, up: 0, asleep: 0, idle: 0 }
  for (const pod of pods) counts[shownAs(pod)]++
  return counts
}

/** Those that are wanted, in order. Each word of the text must be in the name, in the pod's own text or in a label. */
export function podsFor(pods: Iterable<PodStatus>, { text, shown, order, usage }: Wanted): PodStatus[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = [...pods].filter(
    pod => (shown === undefined || shownAs(pod) === shown) && words.every(word => searchable(pod).includes(word)),
  )
  const used = (pod: PodStatus, what: 'cpu' | 'memory') => usage?.get(fullName(pod))?.[what] ?? 0
  if (order === 'cpu' || order === 'memory')
    return found.sort((a, b) => used(b, order) - used(a, order) || byName(a, b))
  return found.sort((a, b) => compare[order](a, b) || byName(a, b))
}

function searchable({ path, name, text, labels }: PodStatus): string {
  return `${path}.${name} ${text} ${Object.entries(labels ?? {})
    .flat()
    .join(' ')}`.toLowerCase()
}

const compare: Record<Exclude<Order, 'cpu' | 'memory'>, (a: PodStatus, b: PodStatus) => number> = {
  trouble: (a, b) => worst.indexOf(shownAs(a)) - worst.indexOf(shownAs(b)),
  name: () => 0,
  restarts: (a, b) => b.restarts - a.restarts,
  youngest: (a, b) => (youngest(a) < youngest(b) ? 1 : youngest(a) > youngest(b) ? -1 : 0),
}

function youngest({ runs }: PodStatus): string {
  return runs.reduce((last, { startedAt }) => (startedAt > last ? startedAt : last), '')
}

function byName(a: PodStatus, b: PodStatus): number {
  const [one, other] = [fullName(a), fullName(b)]
  return one < other ? -1 : one > other ? 1 : 0
}
