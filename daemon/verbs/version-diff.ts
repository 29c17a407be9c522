// What changed between two versions of a pod.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { VersionDiff } from '../../protocol/words-version.ts'
import { differenceOf } from '../image/difference.ts'
import { readImage } from '../image/store.ts'
import { type ImageRef, imageOf } from '../store/desired.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

/**
 * @param asked two versions; left out: from the one that is wanted, or else the one before, to the newest
 * @throws {P8aError} `version_not_found`, which names those that are kept; `state_broken`
 */
export async function versionDiff(
  { seams }: Pick<Place, 'seams'>,
  { name, inForce }: PodSupervisor,
  images: readonly { version: number; hash: string }[],
  asked: { from?: number | undefined; to?: number | undefined },
): Promise<VersionDiff> {
  const find = (version: number) => {
    const found = images.find(image => image.version === version)
    if (found) return found
    throw noSuchVersion(name, version, images)
  }
  const to = asked.to === undefined ? images.at(-1) : find(asked.to)
  if (!to) throw noSuchVersion(name, 1, images)
  const wanted = (inForce && imageOf(inForce.desired)?.version) ?? 0
  const before = images.filter(({ version }) => version < to.version).at(-1)
  const from = asked.from === undefined ? (images.find(isUsual(wanted, to)) ?? before ?? to) : find(asked.from)
  const [one, other] = await Promise.all([from, to].map(({ hash }) => readImage(seams.paths, hash)))
  if (!one || !other) throw noSuchVersion(name, to.version, images)
  const difference = await differenceOf(
    seams.paths,
    { from: one, to: other },
    { maxBytes: seams.settings.maxDiffBytes },
  )
  return { from: from.version, to: to.version, ...difference }
}

function isUsual(wanted: number, to: { version: number }): (image: Pick<ImageRef, 'version'>) => boolean {
  return ({ version }) => version === wanted && version !== to.version
}

/** With those that there are. */
export function noSuchVersion(name: string, version: number, images: readonly { version: number }[]): P8aError {
  const kept = images.map(image => `v${image.version}`).join(', ')
  return new P8aError('version_not_found', `Pod ${quote(name)} has no version ${version}`, {
    hint: { text: `Those that are kept are ${kept}`, do: { verb: 'versions', args: [name] } },
    facts: { pod: name, version },
  })
}
