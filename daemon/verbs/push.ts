// `pod.push`: reads what is pushed into an image, stores it, and adds it to the pod's versions.
import { P8aError } from '../../protocol/errors.ts'
import type { Labels } from '../../protocol/labels.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { checkName, quote } from '../../protocol/names.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import { removeUnshared } from '../image/shared-files.ts'
import { type Content, isWhole, type NewImage, removeImages, saveImage } from '../image/store.ts'
import type { Desired, ImageRef } from '../store/desired.ts'
import { timeText } from '../system/clock.ts'
import { changePod } from '../tree/change-pod.ts'
import { checkSchedule } from '../tree/cron.ts'
import { needsOf, refuseCycle } from '../tree/needs.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { findQueue, isQueueConfig } from './find-queue.ts'
import { refuseBeyond } from './may.ts'
import { readPushedImage } from './pushed-image.ts'
import type { Caller } from './verb.ts'

/** @throws {P8aError} `bad_name`, `bad_image`, `pod_exists`, `bad_config`, `forbidden` for a `may` beyond the asker's, `too_large`, `quota_exceeded`, `no_space`, `save_failed` */
export async function push(
  place: Place,
  params: MethodParams<'pod.push'>,
  caller: Caller<'pod.push'>,
): Promise<Pushed> {
  const name = checkName(params.name)
  checkSize(place, params)
  return await place.files.pushing(async () => await pushed(place, { ...params, name }, caller))
}

async function pushed(place: Place, params: MethodParams<'pod.push'>, caller: Caller<'pod.push'>): Promise<Pushed> {
  const { name } = params
  place.tenants.refusePod(place.path, name)
  const read = await readPushedImage(place.seams, params, caller)
  const { image } = read
  refuseBeyond(caller.by, name, image.config)
  await checkSchedule(image.config.schedule)
  const { supervisor, isNew } = await addVersion(place, { ...params, by: caller.by.name }, read).finally(async () => {
    if ('discard' in read.content) await read.content.discard()
  })
  if (params.tree) takenUp(place, params.tree)
  const { state, inForce } = supervisor
  const version = inForce?.desired.images.at(-1)?.version ?? 1
  const starts = startsText(image)
  const told = { ...describe(name, version, image), ...(starts !== undefined && { text: starts }) }
  if (!isNew) return { ...told, unchanged: true }
  place.seams.log.info('verb', `pushed v${version}`, { pod: name, hash: image.hash, bytes: image.size })
  if (inForce?.desired.want !== 'up') return { ...told, unchanged: false }
  const next = `${name} is ${state} with v${inForce.desired.version}: reload it to run v${version}`
  return { ...told, unchanged: false, next }
}

/** Its image has links to what was sent for it. */
function takenUp({ path, files, tenants }: Place, tree: NonNullable<MethodParams<'pod.push'>['tree']>): void {
  const hashes = new Set(tree.flatMap(entry => ('hash' in entry ? [entry.hash] : [])))
  files.promised.done(hashes)
  tenants.keepSent(path, hash => !hashes.has(hash))
}

/** What was chosen to start in a folder, and why; undefined where the pusher named it. */
function startsText(image: NewImage): string | undefined {
  if (image.format !== 'folder' || image.starts.because.startsWith('--')) return undefined
  const { starts } = image
  const line = starts.how === 'command' ? starts.command : [starts.entry, ...starts.args].join(' ')
  return `starts ${JSON.stringify(line)} (${starts.because})`
}

/** Saves the image and makes it the newest version, unless it is that already. What is nobody's any more is removed. */
async function addVersion(
  place: Place,
  { name, labels, message, by }: Pick<MethodParams<'pod.push'>, 'name' | 'labels' | 'message'> & { by: string },
  { image, content }: { image: NewImage; content: Content },
): Promise<{ supervisor: PodSupervisor; isNew: boolean }> {
  const { pods, seams } = place
  let pushed: ImageRef | undefined
  let dropped: ImageRef[] = []
  const edit = async (desired: Desired | undefined) => {
    refuseMisfit(pods, name, image)
    if (!(await isWhole(seams.paths, image))) await saveImage(seams.paths, image, content)
    const newest = desired?.images.at(-1)
    if (desired && newest?.hash === image.hash) return labelled(desired, labels)
    const { hash, size, file } = image
    const told = { file, by, ...(message !== undefined && { message }) }
    pushed = { version: (newest?.version ?? 0) + 1, hash, size, pushedAt: timeText(seams.clock), ...told }
    const next = withImage(desired, pushed, seams.settings.keepVersions)
    dropped = desired?.images.filter(old => !next.images.includes(old)) ?? []
    return labelled(next, labels)
  }
  const { supervisor } = await pods.images
    .keep(image.hash, () => changePod(place, name, edit))
    .catch(async error => {
      // Saved before the pod could not be: it is nobody's.
      await removeImages(seams.paths, pods.images.unusedOf([image.hash]))
      await removeUnshared(seams.paths).catch(() => {})
      throw error
    })
  await removeImages(seams.paths, pods.images.unusedOf(dropped.map(({ hash }) => hash)))
  if (dropped.length > 0) void place.files.sweep()
  if (pushed && image.format === 'folder') void place.files.restVersions()
  return { supervisor, isNew: pushed !== undefined }
}

/** @throws {P8aError} `pod_exists` if the pod is of another kind, or keeps queues and this does not; `bad_config` for needs in a circle */
function refuseMisfit(pods: Pods, name: string, { kind, config }: NewImage): void {
  refuseOtherKind(pods, name, kind)
  refuseNoQueue(pods, name, config)
  refuseCycle(name, config.needs ?? [], other => {
    const known = pods.find(other)
    return known ? needsOf(known.supervisor) : []
  })
}

/** The items of all workers would be lost to a host whose queue is another program. */
function refuseNoQueue(pods: Pods, name: string, config: NewImage['config']): void {
  if (findQueue({ pods })?.name !== name || isQueueConfig(config)) return
  throw new P8aError(
    'pod_exists',
    `Cannot push pod ${quote(name)}: it keeps the queues of this host, and this does not`,
    {
      hint: 'Push it under another name',
      facts: { pod: name },
    },
  )
}

function refuseOtherKind(pods: Pods, name: string, kind: NewImage['kind']): void {
  const known = pods.find(name)?.supervisor.inForce?.image.kind
  if (known === undefined || known === kind) return
  throw new P8aError('pod_exists', `Cannot push pod ${quote(name)}: it is a ${known}, and this is a ${kind}`, {
    hint: { text: `Push it under another name, or remove the ${known} first`, do: { verb: 'remove', args: [name] } },
    facts: { pod: name, kind: known },
  })
}

function describe(name: string, version: number, image: NewImage): Omit<Pushed, 'unchanged'> {
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

function labelled(desired: Desired, labels: Labels | undefined): Desired {
  if (labels === undefined) return desired
  const { config } = desired
  return { ...desired, config: { ...config, labels: { ...config.labels, ...labels } } }
}

function checkSize(
  place: Place,
  { code = '', map = '', encoding }: Pick<MethodParams<'pod.push'>, 'code' | 'map' | 'encoding'>,
): void {
  const bytes = Buffer.byteLength(code, encoding) + Buffer.byteLength(map)
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
