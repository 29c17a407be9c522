// `pod.versions`: the versions of a pod that are kept, and which runs have them.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { runId } from '../../protocol/names.ts'
import { imageOf } from '../store/desired.ts'
import { imagesOf } from '../tree/in-force-told.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

/** @throws {P8aError} `pod_not_found` */
export async function versions(
  { pods }: Place,
  { name }: MethodParams<'pod.versions'>,
): Promise<MethodResults['pod.versions']> {
  const { supervisor } = pods.get(name)
  const { inForce, isScript } = supervisor
  const wanted = inForce && imageOf(inForce.desired)?.version
  const runs = runsByVersion(supervisor)
  return {
    versions: imagesOf(supervisor).map(image => ({
      ...image,
      kind: isScript ? 'script' : 'service',
      isWanted: image.version === wanted,
      runs: runs.get(image.version) ?? [],
    })),
  }
}

function runsByVersion({ name, runs, scripts }: PodSupervisor): Map<number, string[]> {
  const of = [
    ...[...runs].map(([number, { version }]) => [version, runId(name, number)] as const),
    ...[...scripts.live.values()].map(({ id, record }) => [record.version, id] as const),
  ]
  const byVersion = new Map<number, string[]>()
  for (const [version, id] of of) byVersion.set(version, [...(byVersion.get(version) ?? []), id])
  return byVersion
}
