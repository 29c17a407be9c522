// `pod.push`: reads the image statically, stores it, and adds it to the pod's versions. Nothing of it is run.

import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, Pushed } from '../../protocol/methods.ts'
import { checkName } from '../../protocol/names.ts'
import { type Context, timeText } from '../context.ts'
import { readPushed } from '../image/read.ts'
import { describeImage, type Image, isWhole, removeImages, saveImage } from '../image/store.ts'
import type { Desired, ImageRef } from '../store/desired.ts'
import type { Pods } from './pods.ts'

/** @throws {P8aError} `bad_name`, `bad_image`, `bad_config`, `too_large`, `no_space`, `save_failed` */
export async function push(context: Context, pods: Pods, params: MethodParams<'pod.push'>): Promise<Pushed> {
  const name = checkName(params.name)
  checkSize(context, params)
  const file = params.file ?? `${name}.js`
  const source = params.map === undefined ? { file } : { file, map: params.map }
  const image = describeImage(params.code, await readPushed(params.code, source), file)
  const content = params.map === undefined ? { code: params.code } : { code: params.code, map: params.map }
  let pushed: ImageRef | undefined
  let dropped: ImageRef[] = []
  const edit = async (desired: Desired | undefined) => {
    if (!(await isWhole(context.paths, image))) await saveImage(context.paths, image, content)
    const newest = desired?.images.at(-1)
    if (desired && newest?.hash === image.hash) return desired
    const { hash, size } = image
    pushed = { version: (newest?.version ?? 0) + 1, hash, size, pushedAt: timeText(context.clock), file }
    const next = withImage(desired, pushed, context.settings.keepVersions)
    dropped = desired?.images.filter(old => !next.images.includes(old)) ?? []
    return next
  }
  const entry = await pods
    .withImage(image.hash, () => pods.change(name, edit))
    .catch(async error => {
      // Saved before the pod could not be: it is nobody's.
      await removeImages(context.paths, pods.unusedOf([image.hash]))
      throw error
    })
  await removeImages(context.paths, pods.unusedOf(dropped.map(({ hash }) => hash)))
  const version = entry.supervisor.inForce?.desired.images.at(-1)?.version ?? 1
  if (pushed) context.log.info('verb', `pushed v${version}`, { pod: name, hash: image.hash, bytes: image.size })
  const state = entry.supervisor.state
  const isBehind = pushed !== undefined && entry.supervisor.inForce?.desired.want === 'up'
  return {
    ...describe(name, version, image),
    unchanged: pushed === undefined,
    ...(isBehind && {
      text: `${name} is ${state} with v${entry.supervisor.inForce?.desired.version}: restart it to run v${version}`,
    }),
  }
}

function describe(name: string, version: number, image: Omit<Image, 'v'>): Omit<Pushed, 'unchanged'> {
  const { hash, size, kind, exports } = image
  return { name, version, hash, size, kind, exports }
}

/** Adds a version; beyond `keep` the oldest go, but never the one in force. */
function withImage(desired: Desired | undefined, image: ImageRef, keep: number): Desired {
  if (!desired) return { v: 1, images: [image], version: 0, params: {}, config: {}, want: 'idle', generation: 0 }
  const all = [...desired.images, image]
  const images = all.filter((old, index) => index >= all.length - keep || old.version === desired.version)
  return { ...desired, images }
}

function checkSize(context: Context, { code, map = '' }: { code: string; map?: string | undefined }): void {
  const bytes = Buffer.byteLength(code) + Buffer.byteLength(map)
  if (bytes <= context.settings.maxImageBytes) return
  throw new P8aError(
    'too_large',
    `Cannot push: the image has ${bytes} bytes, the limit is ${context.settings.maxImageBytes}`,
    {
      hint: 'Bundle less into it, or raise maxImageBytes in host.json',
      facts: { bytes, limit: context.settings.maxImageBytes },
    },
  )
}
