// What the watchers of one host have been told about its pods, and which changes bring them up to date. It knows no
// supervisors: statuses go in, changes come out.
import { type KnownPods, keyOf, type Named, type PodChange, type PodFacts, takeIn } from '../../protocol/changes.ts'
import type { PodStatus, RunEnd, RunStatus } from '../../protocol/words.ts'

/** The members of a status that say what is wanted of a pod. */
const wanted = ['kind', 'version', 'hash', 'want', 'scale', 'params', 'labels', 'exports', 'config', 'groups'] as const

export class Told {
  #pods: KnownPods = new Map()

  /** The status of all pods, as last told. */
  get pods(): PodStatus[] {
    return [...this.#pods.values()]
  }

  /**
   * Takes the present status of a pod. A run that is no longer in it stays known until its end is told, so that no run
   * goes without an end.
   * @param options.isWhole such a run is over, and nobody will tell how it ended
   */
  look(now: PodStatus, { isWhole = false }: { isWhole?: boolean } = {}): PodChange[] {
    const { path, name } = now
    const pod = steady(now)
    const before = this.#pods.get(keyOf(now))
    if (!before) return this.#take([{ type: 'added', path, name, pod }])
    const type = kindOfChange(before, pod)
    const facts: PodChange[] = type ? [{ type, path, name, pod: factsOf(pod) }] : []
    const runs = pod.runs.filter(
      run =>
        !isSame(
          run,
          before.runs.find(({ id }) => id === run.id),
        ),
    )
    const gone = isWhole ? before.runs.filter(({ id }) => !pod.runs.some(run => run.id === id)) : []
    return this.#take([
      ...gone.map(({ id }): PodChange => ({ type: 'ended', path, name, run: id })),
      ...runs.map((run): PodChange => ({ type: 'run', path, name, run })),
      ...facts,
    ])
  }

  /** A run is over. Its end is told even if the run was so short that it was never told. */
  end(at: Named, end: RunEnd): PodChange[] {
    return this.#take([{ type: 'ended', ...at, run: end.run, end }])
  }

  /** A pod is gone. */
  remove(at: Named): PodChange[] {
    return this.#pods.has(keyOf(at)) ? this.#take([{ type: 'removed', ...at }]) : []
  }

  /** Takes the present status of all pods. */
  replace(all: readonly PodStatus[]): PodChange[] {
    const left = new Set(all.map(keyOf))
    const gone = this.pods.filter(pod => !left.has(keyOf(pod)))
    return [...gone.flatMap(pod => this.remove(atOf(pod))), ...all.flatMap(pod => this.look(pod, { isWhole: true }))]
  }

  /** Takes a change from elsewhere. */
  take(change: PodChange): PodChange[] {
    if (change.type === 'snapshot') return this.replace(change.pods)
    return this.#take([change.type === 'added' ? { ...change, pod: steady(change.pod) } : change])
  }

  #take(changes: PodChange[]): PodChange[] {
    for (const change of changes) takeIn(this.#pods, change)
    return changes
  }
}

/** Which kind of change leads from one status to the other, beside those of runs; undefined: none. */
function kindOfChange(before: PodStatus, now: PodStatus): 'pushed' | 'changed' | 'status' | undefined {
  if (before.latest !== now.latest) return 'pushed'
  if (wanted.some(key => !isSame(before[key], now[key]))) return 'changed'
  return isSame(comparable(before), comparable(now)) ? undefined : 'status'
}

/** The text counts down to the next attempt; that alone is not a change. */
function comparable(pod: PodStatus): PodFacts {
  const { retryAt, ...facts } = factsOf(pod)
  if (retryAt === undefined) return facts
  return { ...facts, text: '', retryAt: new Date(Math.round(Date.parse(retryAt) / 100) * 100).toISOString() }
}

function factsOf({ runs: _, images: __, ...facts }: PodStatus): PodFacts {
  return facts
}

/** Without members that change just because time passes, or that are there only on request. */
function steady({ images: _, runs, ...pod }: PodStatus): PodStatus {
  return { ...pod, runs: runs.map(({ uptimeMs: _, cpu: __, memory: ___, ...run }): RunStatus => run) }
}

function atOf({ path, name }: PodStatus): Named {
  return { path, name }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
