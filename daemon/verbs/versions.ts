// `pod.versions`: the versions of a pod that are kept, and which runs have them.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
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
  const { inForce, keeping } = supervisor
  const wanted = inForce && imageOf(inForce.desired)?.version
  const runs = runsByVersion(supervisor)
  return {
    versions: imagesOf(supervisor).map(image => ({
      ...image,
      kind: keeping.kind,
      isWanted: image.version === wanted,
      runs: runs.get(image.version) ?? [],
    })),
  }
}

function runsByVersion({ underWay }: PodSupervisor): Map<number, string[]> {
  const byVersion = new Map<number, string[]>()
  for (const { id, version } of underWay) byVersion.set(version, [...(byVersion.get(version) ?? []), id])
  return byVersion
}
