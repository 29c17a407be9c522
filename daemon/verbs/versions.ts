// `pod.versions`: the versions of a pod that are kept, and which runs have them.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { imageOf } from '../store/desired.ts'
import { imagesOf } from '../tree/in-force-told.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { deploysOf } from './deploys.ts'
import { versionDiff } from './version-diff.ts'

/** @throws {P8aError} `pod_not_found`, `version_not_found`, `state_broken` */
export async function versions(
  place: Place,
  { name, deploys, diff }: MethodParams<'pod.versions'>,
): Promise<MethodResults['pod.versions']> {
  const { supervisor } = place.pods.get(name)
  const { inForce, keeping } = supervisor
  const wanted = inForce && imageOf(inForce.desired)?.version
  const runs = runsByVersion(supervisor)
  const images = imagesOf(supervisor)
  return {
    versions: images.map(image => ({
      ...image,
      kind: keeping.kind,
      isWanted: image.version === wanted,
      runs: runs.get(image.version) ?? [],
    })),
    ...(deploys && { deploys: await deploysOf(place, name) }),
    ...(diff && { diff: await versionDiff(place, supervisor, images, diff) }),
  }
}

function runsByVersion({ underWay }: PodSupervisor): Map<number, string[]> {
  const byVersion = new Map<number, string[]>()
  for (const { id, version } of underWay) byVersion.set(version, [...(byVersion.get(version) ?? []), id])
  return byVersion
}
