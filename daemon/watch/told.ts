// What the watchers of one host have been told of its pods, and which changes bring that up to how they are now. It knows no
// supervisors: statuses in, changes out.
import { type KnownPods, keyOf, type Named, type PodChange, type PodFacts, takeIn } from '../../protocol/changes.ts'
import type { PodStatus, RunEnd, RunStatus } from '../../protocol/words.ts'

/** What is wanted of a pod, beside how it is. */
const wanted = ['kind', 'version', 'hash', 'want', 'scale', 'params', 'labels', 'exports', 'config'] as const

export class Told {
  #pods: KnownPods = new Map()

  /** How all are, as they were told last. */
  get pods(): PodStatus[] {
    return [...this.#pods.values()]
  }

  /**
   * How a pod is now. A run that is not in it any more stays known until its end is told, so that none goes without one.
   * @param options.isWhole such a run is over, and nobody will tell how
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

  /** A run is over. Of one that was never told of, its end is told all the same: it was so short. */
  end(at: Named, end: RunEnd): PodChange[] {
    return this.#take([{ type: 'ended', ...at, run: end.run, end }])
  }

  /** A pod is gone. */
  remove(at: Named): PodChange[] {
    return this.#pods.has(keyOf(at)) ? this.#take([{ type: 'removed', ...at }]) : []
  }

  /** How all are now. */
  replace(all: readonly PodStatus[]): PodChange[] {
    const left = new Set(all.map(keyOf))
    const gone = this.pods.filter(pod => !left.has(keyOf(pod)))
    return [...gone.flatMap(pod => this.remove(atOf(pod))), ...all.flatMap(pod => this.look(pod, { isWhole: true }))]
  }

  /** A change that somebody else told of. */
  take(change: PodChange): PodChange[] {
    return change.type === 'snapshot' ? this.replace(change.pods) : this.#take([change])
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

/** The next attempt is counted down in the text: that by itself is no news. */
function comparable(pod: PodStatus): PodFacts {
  const { retryAt, ...facts } = factsOf(pod)
  if (retryAt === undefined) return facts
  return { ...facts, text: '', retryAt: new Date(Math.round(Date.parse(retryAt) / 100) * 100).toISOString() }
}

function factsOf({ runs: _, images: __, ...facts }: PodStatus): PodFacts {
  return facts
}

/** Without what changes by the mere passing of time, or is only there where it was asked for. */
function steady({ images: _, runs, ...pod }: PodStatus): PodStatus {
  return { ...pod, runs: runs.map(({ uptimeMs: _, cpu: __, memory: ___, ...run }): RunStatus => run) }
}

function atOf({ path, name }: PodStatus): Named {
  return { path, name }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
