// `pod.push.missing` and `pod.push.files`: which files of a folder a host does not have yet, and their bytes.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { missingContents, saveContent } from '../image/contents.ts'
import { refuseLarge } from '../image/tree-limits.ts'
import type { Place } from '../tree/place.ts'

/** @throws {P8aError} `too_large` before anything is sent that could not be pushed */
export async function missing(
  { path, seams, files: kept }: Place,
  { hashes, files, bytes, largest }: MethodParams<'pod.push.missing'>,
): Promise<MethodResults['pod.push.missing']> {
  refuseLarge({ files: files ?? hashes.length, bytes: bytes ?? 0, largest }, seams.settings)
  kept.promised.note(hashes, seams.clock.wallMs())
  await kept.promised.settled(hashes)
  const missing = await missingContents(seams.paths, hashes)
  return { missing, begun: await kept.parts.begun(path, missing) }
}

/** @throws {P8aError} `bad_image` if bytes have another hash than they are said to have, `too_large`, `quota_exceeded`, `no_space`, `save_failed` */
export async function files(
  { path, seams, files: kept, tenants }: Place,
  { files }: MethodParams<'pod.push.files'>,
): Promise<MethodResults['pod.push.files']> {
  const hashes = files.map(({ hash }) => hash)
  kept.promised.note(hashes, seams.clock.wallMs())
  await kept.promised.settled(hashes)
  const begun: Record<string, number> = {}
  const save = async (file: (typeof files)[number]) => {
    const { hash } = file
    const bytes = Buffer.from(file.data, 'base64')
    const all = 'size' in file ? file.size : bytes.length
    const limit = seams.settings.maxFileBytes
    if (all > limit)
      throw new P8aError('too_large', `Cannot push: a file has ${all} bytes, the limit is ${limit}`, {
        hint: 'Leave it out by .podignore, or raise maxFileBytes in host.json',
        facts: { bytes: all, limit },
      })
    tenants.send(path, { hash, bytes: all })
    if ('size' in file) begun[hash] = await kept.parts.take({ path, hash, offset: file.offset, size: all, bytes })
    else await saveContent(seams.paths, hash, bytes)
  }
  const next = files.values()
  const lane = async () => {
    for (const file of next) await save(file)
  }
  const lanes = await Promise.allSettled(Array.from({ length: savingWidth }, lane))
  const failed = lanes.find(one => one.status === 'rejected')
  if (failed) throw failed.reason
  return { taken: files.length, begun }
}

/** How many files are saved at once: each is waited for until it is on the disk. */
const savingWidth = 8
