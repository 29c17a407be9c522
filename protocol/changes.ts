// What becomes of the pods and runs of a host, as `host.watch` tells it: a snapshot, then each change in its order. Here are
// the words, and what they make of what was known before. It knows nothing of who tells or who listens.
import type { PodStatus, RunEnd, RunStatus } from './words.ts'

/** What a status says of a pod beside its runs. */
export type PodFacts = Omit<PodStatus, 'runs' | 'images'>

/**
 * A change. All but a snapshot name the pod and the path of its host.
 * - `snapshot`: all pods there are; it takes the place of all that was told before.
 * - `added`: a pod is there that was not. `removed`: it is there no more, and neither are its runs.
 * - `pushed`: a pod has a new version. `changed`: something else is wanted of it, such as other params, labels, another config or
 *   scale, or that it is up. `status`: how it is has changed, its text among it.
 * - `run`: a run is there, or has changed: its state, or what it says of itself.
 * - `ended`: a run is over; without `end` where the host does not know how.
 */
export type PodChange =
  | { type: 'snapshot'; pods: PodStatus[] }
  | { type: 'added'; path: string; name: string; pod: PodStatus }
  | { type: 'pushed' | 'changed' | 'status'; path: string; name: string; pod: PodFacts }
  | { type: 'run'; path: string; name: string; run: RunStatus }
  | { type: 'ended'; path: string; name: string; run: string; end?: RunEnd }
  | { type: 'removed'; path: string; name: string }

/**
 * A change as those who watch are given it, with how its pod is by then (of one that was removed: how it was at the end). `name` is
 * the pod's, with the path of its host before it where that is within the host that is watched: `web`, or `inner.web`.
 */
export type Change =
  | { type: 'snapshot'; pods: PodStatus[] }
  | { type: 'added' | 'pushed' | 'changed' | 'status' | 'removed'; name: string; pod: PodStatus }
  | { type: 'run'; name: string; pod: PodStatus; run: RunStatus }
  | { type: 'ended'; name: string; pod: PodStatus; run: string; end?: RunEnd }

/** A pod and where it is. */
export type Named = { path: string; name: string }

/** Pods by path and name. */
export type KnownPods = Map<string, PodStatus>

/**
 * Takes a change into what is known; the statuses themselves are never changed. Of a pod that is not known nothing is made.
 * @param nameOf under which name a pod is known
 */
export function takeIn(known: KnownPods, change: PodChange, nameOf: (pod: Named) => string = keyOf): void {
  if (change.type === 'snapshot') {
    known.clear()
    for (const pod of change.pods) known.set(nameOf(pod), pod)
    return
  }
  const key = nameOf(change)
  if (change.type === 'added') known.set(key, change.pod)
  if (change.type === 'removed') known.delete(key)
  const pod = known.get(key)
  if (!pod) return
  if (change.type === 'run') known.set(key, { ...pod, runs: withRun(pod.runs, change.run) })
  if (change.type === 'ended') known.set(key, { ...pod, runs: pod.runs.filter(({ id }) => id !== change.run) })
  if (change.type === 'pushed' || change.type === 'changed' || change.type === 'status') {
    known.set(key, { ...change.pod, runs: pod.runs })
  }
}

/** One name for each pod of all hosts. */
export function keyOf({ path, name }: Named): string {
  return `${path} ${name}`
}

function withRun(runs: readonly RunStatus[], run: RunStatus): RunStatus[] {
  const at = runs.findIndex(({ id }) => id === run.id)
  return at === -1 ? [...runs, run].sort((a, b) => a.slot - b.slot) : runs.with(at, run)
}
