// How the pods and runs of a host change, as `host.watch` tells it: a snapshot, then each change in order. This file
// has the words, and applies a change to what was known before. It does not know who tells or who listens.
import type { PodStatus, RunEnd, RunStatus } from './words.ts'

/** What a status says about a pod, without its runs. */
export type PodFacts = Omit<PodStatus, 'runs' | 'images'>

/**
 * A change. All but a snapshot name the pod and the path of its host. - `snapshot`: all pods; it replaces everything
 * that was told before. - `added`: there is a new pod. `removed`: the pod and its runs are gone. - `pushed`: a pod has
 * a new version. `changed`: something else is wanted, such as other params, labels, another config or scale, or that it
 * is up. `status`: its status or text has changed. - `run`: a run is new or has changed: its state, or what it says
 * about itself. - `ended`: a run is over; without `end` if the host does not know how it ended.
 */
export type PodChange =
  | { type: 'snapshot'; pods: PodStatus[] }
  | { type: 'added'; path: string; name: string; pod: PodStatus }
  | { type: 'pushed' | 'changed' | 'status'; path: string; name: string; pod: PodFacts }
  | { type: 'run'; path: string; name: string; run: RunStatus }
  | { type: 'ended'; path: string; name: string; run: string; end?: RunEnd }
  | { type: 'removed'; path: string; name: string }

/**
 * A change as a watcher gets it, with the status of its pod after the change (of a removed pod: its last status).
 * `name` is the name of the pod; if its host is within the watched host, the path of that host stands before it: `web`,
 * or `inner.web`.
 */
export type Change =
  | { type: 'snapshot'; pods: PodStatus[] }
  | { type: 'added' | 'pushed' | 'changed' | 'status' | 'removed'; name: string; pod: PodStatus }
  | { type: 'run'; name: string; pod: PodStatus; run: RunStatus }
  | { type: 'ended'; name: string; pod: PodStatus; run: string; end?: RunEnd }

/** A pod and the path of its host. */
export type Named = { path: string; name: string }

/** Pods by path and name. */
export type KnownPods = Map<string, PodStatus>

/**
 * Applies a change to what is known; it replaces statuses and never changes one. It ignores changes of unknown pods.
 * @param nameOf the name under which a pod is known
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

/** One key for each pod of all hosts. */
export function keyOf({ path, name }: Named): string {
  return `${path} ${name}`
}

/** The pod of a key. */
export function namedBy(key: string): Named {
  const [path = '', name = ''] = key.split(' ')
  return { path, name }
}

function withRun(runs: readonly RunStatus[], run: RunStatus): RunStatus[] {
  const at = runs.findIndex(({ id }) => id === run.id)
  return at === -1 ? [...runs, run].sort((a, b) => a.slot - b.slot) : runs.with(at, run)
}
