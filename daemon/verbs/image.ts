// `image.list`, `image.show`, `image.bytes`, `image.prune`: what a host keeps of what was pushed.
import type { ImageInfo, ImageUse, Pruned } from '../../protocol/image.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { partOf, sheetOf } from '../image/sheet.ts'
import { type Image, isHash, readImage, removeImages } from '../image/store.ts'
import { type ImageRef, imageOf } from '../store/desired.ts'
import { readNames } from '../store/state-file.ts'
import { changePod } from '../tree/change-pod.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { noSuchVersion } from './version-diff.ts'

export async function listImages({ seams, pods }: Place): Promise<MethodResults['image.list']> {
  const uses = new Map<string, ImageUse[]>()
  for (const { supervisor } of pods.all())
    for (const { hash, version } of supervisor.inForce?.desired.images ?? []) {
      const runs = supervisor.underWay.filter(run => run.version === version).length
      uses.set(hash, [...(uses.get(hash) ?? []), { pod: supervisor.name, version, runs }])
    }
  const stored = (await readNames(seams.paths.images)).filter(isHash)
  const hashes = new Set([...uses.keys(), ...stored])
  const images = await Promise.all([...hashes].map(hash => infoOf(seams.paths, hash, uses.get(hash) ?? [])))
  return { images }
}

async function infoOf(paths: Place['seams']['paths'], hash: string, uses: ImageUse[]): Promise<ImageInfo> {
  try {
    const image = await readImage(paths, hash)
    const { size, kind, file } = image
    return { hash, size, holds: holdsOf(image), kind, file, uses }
  } catch (error) {
    return { hash, size: 0, holds: 'code', kind: 'service', file: '', uses, problem: (error as Error).message }
  }
}

function holdsOf(image: Image): ImageInfo['holds'] {
  if (image.format !== 'folder') return 'code'
  return image.at === undefined ? 'folder' : 'link'
}

/** @throws {P8aError} `pod_not_found`, `version_not_found`, `unsupported`, `state_broken` */
export async function showImage(
  { seams, pods }: Place,
  { name, version }: MethodParams<'image.show'>,
): Promise<MethodResults['image.show']> {
  const ref = refOf(pods.get(name).supervisor, version)
  const sheet = await pods.images.keep(
    ref.hash,
    async () => await sheetOf(seams.paths, await readImage(seams.paths, ref.hash)),
  )
  const { version: number, message } = ref
  return { name, version: number, ...(message !== undefined && { message }), ...sheet }
}

/** @throws {P8aError} `pod_not_found`, `version_not_found`, `file_not_found`, `unsupported`, `state_broken` */
export async function imageBytes(
  { seams, pods }: Place,
  { name, version, file, offset }: MethodParams<'image.bytes'>,
): Promise<MethodResults['image.bytes']> {
  const { hash } = refOf(pods.get(name).supervisor, version)
  const { bytes, size } = await partOf(seams.paths, await readImage(seams.paths, hash), { file, offset })
  return { data: bytes.toString('base64'), size }
}

/** @throws {P8aError} `save_failed`, `state_broken` */
export async function pruneImages(place: Place, { keep }: MethodParams<'image.prune'>): Promise<Pruned> {
  const { seams, pods, files } = place
  const versions = keep === undefined ? [] : await dropVersions(place, keep)
  const stored = (await readNames(seams.paths.images)).filter(isHash)
  const unused = pods.images.unusedOf(stored)
  await removeImages(seams.paths, unused)
  const left = new Set(await readNames(seams.paths.images))
  const images = unused.filter(hash => !left.has(hash))
  const swept = await files.sweep({ isWhole: true })
  seams.log.info('verb', 'pruned images', { images: images.length, versions: versions.length, ...swept })
  return { images, versions, ...swept }
}

/** The one to run, those that run, and where a reload leads stay. */
async function dropVersions(place: Place, keep: number): Promise<Pruned['versions']> {
  const dropped: Pruned['versions'] = []
  for (const { supervisor } of place.pods.all()) {
    const { name, inForce } = supervisor
    if (!inForce || inForce.desired.images.length <= keep) continue
    await changePod(place, name, desired => {
      // It was removed, or broken, meanwhile.
      if (!desired) return inForce.desired
      const inUse = [imageOf(desired)?.version, desired.reload?.version, ...supervisor.underWay.map(run => run.version)]
      const stays = (image: ImageRef, index: number) =>
        index >= desired.images.length - keep || inUse.includes(image.version)
      const images = desired.images.filter(stays)
      for (const { version } of desired.images)
        if (!images.some(image => image.version === version)) dropped.push({ pod: name, version })
      return { ...desired, images }
    })
  }
  return dropped
}

/** @throws {P8aError} `version_not_found` */
function refOf({ name, inForce }: PodSupervisor, version: number | undefined): ImageRef {
  const images = inForce?.desired.images ?? []
  const ref = inForce && imageOf(inForce.desired, version)
  if (ref) return ref
  throw noSuchVersion(name, version ?? 1, images)
}
