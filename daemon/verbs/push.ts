// `pod.push`: reads the image statically, stores it, and adds it to the pod's versions. Nothing of it is run.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { checkName, quote } from '../../protocol/names.ts'
import type { Pushed } from '../../protocol/words.ts'
import { readPushed } from '../image/read.ts'
import {
  describeImage,
  describeScript,
  type Image,
  isWhole,
  type NewImage,
  removeImages,
  saveImage,
} from '../image/store.ts'
import { hidesInterpreter, refuseMarked } from '../script/byte-order-mark.ts'
import { decode } from '../script/encoding.ts'
import { isRunnable } from '../script/interpreter.ts'
import type { Desired, ImageRef } from '../store/desired.ts'
import { timeText } from '../system/clock.ts'
import { changePod } from '../tree/change-pod.ts'
import { checkSchedule } from '../tree/cron.ts'
import { needsOf, refuseCycle } from '../tree/needs.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import { refuseBeyond } from './may.ts'
import type { Caller } from './verb.ts'

/** @throws {P8aError} `bad_name`, `bad_image`, `bad_config`, `forbidden` for a `may` beyond the asker's, `too_large`, `no_space`, `save_failed` */
export async function push(
  place: Place,
  params: MethodParams<'pod.push'>,
  { by }: Caller<'pod.push'>,
): Promise<Pushed> {
  const name = checkName(params.name)
  checkSize(place, params)
  const { image, content } = await readImageOf(params, name)
  const { file } = image
  refuseBeyond(by, name, image.config)
  await checkSchedule(image.config.schedule)
  let pushed: ImageRef | undefined
  let dropped: ImageRef[] = []
  const edit = async (desired: Desired | undefined) => {
    refuseOtherKind(place.pods, name, image.kind)
    refuseCycle(name, image.config.needs ?? [], other => {
      const known = place.pods.find(other)
      return known ? needsOf(known.supervisor) : []
    })
    if (!(await isWhole(place.seams.paths, image))) await saveImage(place.seams.paths, image, content)
    const newest = desired?.images.at(-1)
    if (desired && newest?.hash === image.hash) return desired
    const { hash, size } = image
    pushed = { version: (newest?.version ?? 0) + 1, hash, size, pushedAt: timeText(place.seams.clock), file }
    const next = withImage(desired, pushed, place.seams.settings.keepVersions)
    dropped = desired?.images.filter(old => !next.images.includes(old)) ?? []
    return next
  }
  const entry = await place.pods.images
    .keep(image.hash, () => changePod(place, name, edit))
    .catch(async error => {
      // Saved before the pod could not be: it is nobody's.
      await removeImages(place.seams.paths, place.pods.images.unusedOf([image.hash]))
      throw error
    })
  await removeImages(place.seams.paths, place.pods.images.unusedOf(dropped.map(({ hash }) => hash)))
  const { state, inForce } = entry.supervisor
  const version = inForce?.desired.images.at(-1)?.version ?? 1
  const told = describe(name, version, image)
  if (pushed === undefined) return { ...told, unchanged: true }
  place.seams.log.info('verb', `pushed v${version}`, { pod: name, hash: image.hash, bytes: image.size })
  if (inForce?.desired.want !== 'up') return { ...told, unchanged: false }
  const text = `${name} is ${state} with v${inForce.desired.version}: restart it to run v${version}`
  return { ...told, unchanged: false, text }
}

type Content = { code: string | Buffer; map?: string }

/** What was pushed, by its kind: a script is kept as it is, anything else is read. */
async function readImageOf(
  { code, encoding, kind, map, file: given }: MethodParams<'pod.push'>,
  name: string,
): Promise<{ image: NewImage; content: Content }> {
  const bytes = decode(code, encoding)
  if (kind === 'script' || isRunnable(bytes) || hidesInterpreter(bytes) || given?.endsWith('.sh')) {
    if (bytes.every(byte => byte === 32 || (byte >= 9 && byte <= 13)))
      throw new P8aError('bad_image', `Cannot push ${quote(given ?? name)}: the script is empty`, {
        hint: 'A script is a text for /bin/sh, or has a first line such as #!/usr/bin/env python3',
      })
    refuseMarked(bytes, given ?? name)
    return { image: describeScript(bytes, given ?? name), content: { code: bytes } }
  }
  const text = encoding === 'utf8' ? code : bytes.toString('utf8')
  const file = given ?? `${name}.js`
  const source = map === undefined ? { file } : { file, map }
  const image = describeImage(text, await readPushed(text, source), file)
  return { image, content: map === undefined ? { code: text } : { code: text, map } }
}

function refuseOtherKind(pods: Pods, name: string, kind: NewImage['kind']): void {
  const known = pods.find(name)?.supervisor.inForce?.image.kind
  if (known === undefined || known === kind) return
  throw new P8aError('bad_image', `Cannot push pod ${quote(name)}: it is a ${known}, and this is a ${kind}`, {
    hint: { text: `Push it under another name, or remove the ${known} first`, do: { verb: 'remove', args: [name] } },
    facts: { pod: name, kind: known },
  })
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

function checkSize(place: Place, { code, map = '' }: { code: string; map?: string | undefined }): void {
  const bytes = Buffer.byteLength(code) + Buffer.byteLength(map)
  if (bytes <= place.seams.settings.maxImageBytes) return
  throw new P8aError(
    'too_large',
    `Cannot push: the image has ${bytes} bytes, the limit is ${place.seams.settings.maxImageBytes}`,
    {
      hint: 'Bundle less into it, or raise maxImageBytes in host.json',
      facts: { bytes, limit: place.seams.settings.maxImageBytes },
    },
  )
}
