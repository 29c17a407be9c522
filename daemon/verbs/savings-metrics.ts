// The metrics of what the sleep of pods has saved: of each pod that has slept, and of all, also of those that are gone.
import type { Slept } from '../events/sleeps.ts'
import { labelText, type Make } from './series.ts'

type Totals = Pick<Slept, 'asleepMs' | 'byteMs'>

export function addSavings({ counter }: Make, slept: readonly Slept[]): void {
  const of = ['namespace', 'pod']
  const naps = counter('pod_naps_total', 'How often the pod fell asleep', of)
  const asleep = counter('pod_asleep_seconds_total', 'How long the pod has slept', of)
  const saved = counter('pod_saved_memory_byte_seconds_total', 'Memory that the pod did not hold in its sleep', of)
  const sum: Totals = { asleepMs: 0, byteMs: 0 }
  for (const { path, name, isGone, ...pod } of slept) {
    sum.asleepMs += pod.asleepMs
    sum.byteMs += pod.byteMs
    if (isGone) continue
    const labels = labelText({ namespace: path, pod: name })
    naps.put(pod.naps, labels)
    asleep.put(pod.asleepMs / 1000, labels)
    saved.put(pod.byteMs / 1000, labels)
  }
  const all = 'also those that are gone'
  counter('pods_asleep_seconds_total', `How long all pods together have slept, ${all}`).add(sum.asleepMs / 1000)
  counter('pods_saved_memory_byte_seconds_total', `Memory that all pods did not hold in their sleep, ${all}`).add(
    sum.byteMs / 1000,
  )
}
