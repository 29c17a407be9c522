// `pod.push`: reads the image statically, stores it, and adds it to the pod's versions. Nothing of it is run.

import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, Pushed } from '../../protocol/methods.ts'
import { checkName } from '../../protocol/names.ts'
import { type Context, timeText } from '../context.ts'
import { inspectImage } from '../image/inspect.ts'
import { describeImage, type Image, isWhole, saveImage } from '../image/store.ts'
import type { Desired, ImageRef } from '../store/desired.ts'
import type { Pods } from './pods.ts'

/** @throws {P8aError} `bad_name`, `bad_image`, `bad_config`, `too_large`, `no_space`, `save_failed` */
export async function push(context: Context, pods: Pods, params: MethodParams<'pod.push'>): Promise<Pushed> {
  const name = checkName(params.name)
  checkSize(context, params)
  const file = params.file ?? `${name}.js`
  const source = params.map === undefined ? { file } : { file, map: params.map }
  const image = describeImage(params.code, inspectImage(params.code, source), file)
  const content = params.map === undefined ? { code: params.code } : { code: params.code, map: params.map }
  let pushed: ImageRef | undefined
  const edit = async (desired: Desired | undefined) => {
    const newest = desired?.images.at(-1)
    if (!(await isWhole(context.paths, image))) await saveImage(context.paths, image, content)
    if (desired && newest?.hash === image.hash) return desired
    pushed = {
      version: (newest?.version ?? 0) + 1,
      hash: image.hash,
      size: image.size,
      pushedAt: timeText(context.clock),
      file,
    }
    return withImage(desired, pushed)
  }
  const entry = await pods.withImage(image.hash, () => pods.change(name, edit))
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

function withImage(desired: Desired | undefined, image: ImageRef): Desired {
  if (desired) return { ...desired, images: [...desired.images, image] }
  return { v: 1, images: [image], version: 0, params: {}, config: {}, want: 'idle', generation: 0 }
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
