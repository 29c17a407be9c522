// The keys of a unit that bound what a service uses, as limits of a pod.
import { type LimitsInput, limitsEntries } from '../../protocol/bounds.ts'
import { type Draft, lost, type Outcome } from './imported.ts'

/** Puts what a key of a unit says into the pod, and says what became of it. */
export type Take = (value: string, pod: Draft) => Outcome

/** By their names; what is not here is looked up in {@link kinds}. */
const limitKeys: Readonly<Record<string, Take>> = {
  LimitNOFILE: (value, pod) =>
    // Soft and hard: Node takes all that it may have.
    taken(pod, 'files', Number(value.split(':').at(-1)), value),
  MemoryHigh: (value, pod) => taken(pod, 'memory', value, value, 'beyond it another run takes its place'),
  MemoryMax: (value, pod) => taken(pod, 'memoryMax', value, value),
  MemoryLimit: (value, pod) => taken(pod, 'memoryMax', value, value),
  TasksMax: (value, pod) => taken(pod, 'processes', Number(value), value),
  Nice: (value, pod) => taken(pod, 'nice', Number(value), value),
  OOMScoreAdjust: (value, pod) => taken(pod, 'oom', Number(value), value),
  CPUQuota: value => {
    const cpus = Number(/^(\d+)%$/.exec(value)?.[1]) / 100
    return { lost: `limits: { cpu: ${cpus || 0.5} }, where "pod host doctor" says that the kernel can hold it` }
  },
  LimitNPROC: lost('it counts all processes of a user; limits.processes bounds those of a run'),
}

const kinds: readonly [names: RegExp, take: Take][] = [
  [/^Limit/, lost('a run has this limit of its host')],
  [/^(CPU|StartupCPU)/, lost('a pod that gives way to others has limits.nice')],
  [/^Memory/, lost('the memory of a pod is bounded by limits.memory and limits.memoryMax')],
  [/^(IO|Block|StartupIO)/, lost('nothing bounds the use of disks here')],
  [/^OOM/, lost('a run that is killed is started anew, with all that it has started')],
  [/^Allowed(CPU|Memory)|^NUMA/, lost('a run may use all cpus and all memory that its host may')],
  [/^(Slice|Delegate|Tasks)/, lost('it is about groups of systemd')],
]

/** What becomes of a key of that kind, if it is one. */
export function limitKind(key: string): Take | undefined {
  return limitKeys[key] ?? kinds.find(([names]) => names.test(key))?.[1]
}

/** Puts a limit into the pod, if a host takes it. */
function taken<K extends keyof LimitsInput>(
  pod: Draft,
  key: K,
  limit: NonNullable<LimitsInput[K]>,
  ...[said, more]: [said: string, more?: string]
): Outcome {
  if (said.startsWith('infinity')) return { lost: 'a run has no such limit, unless it is given one' }
  const checked = limitsEntries[key]['~standard'].validate(limit)
  if (checked instanceof Promise || checked.issues) {
    const why = checked instanceof Promise ? '' : (checked.issues?.[0]?.message ?? '')
    return { lost: `limits.${key}: ${JSON.stringify(said)} ${why}` }
  }
  pod.limits = { ...pod.limits, [key]: limit }
  return { became: `limits.${key}${more === undefined ? '' : `; ${more}`}` }
}
