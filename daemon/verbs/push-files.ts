// `pod.push.missing` and `pod.push.files`: which files of a folder a host does not have yet, and their bytes.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { missingContents, saveContent } from '../image/contents.ts'
import { refuseLarge } from '../image/tree-limits.ts'
import type { Place } from '../tree/place.ts'

/** @throws {P8aError} `too_large` before anything is sent that could not be pushed */
export async function missing(
  { seams, files: kept }: Place,
  { hashes, files, bytes, largest }: MethodParams<'pod.push.missing'>,
): Promise<{ missing: string[] }> {
  refuseLarge({ files: files ?? hashes.length, bytes: bytes ?? 0, largest }, seams.settings)
  kept.promised.note(hashes, seams.clock.wallMs())
  await kept.promised.settled(hashes)
  return { missing: await missingContents(seams.paths, hashes) }
}

/** @throws {P8aError} `bad_image` if bytes have another hash than they are said to have, `too_large`, `quota_exceeded`, `no_space`, `save_failed` */
export async function files(
  { path, seams, files: kept, tenants }: Place,
  { files }: MethodParams<'pod.push.files'>,
): Promise<{ taken: number }> {
  const hashes = files.map(({ hash }) => hash)
  kept.promised.note(hashes, seams.clock.wallMs())
  await kept.promised.settled(hashes)
  for (const { hash, data } of files) {
    const bytes = Buffer.from(data, 'base64')
    const limit = seams.settings.maxFileBytes
    if (bytes.length > limit)
      throw new P8aError('too_large', `Cannot push: a file has ${bytes.length} bytes, the limit is ${limit}`, {
        hint: 'Leave it out by .podignore, or raise maxFileBytes in host.json',
        facts: { bytes: bytes.length, limit },
      })
    tenants.send(path, { hash, bytes: bytes.length })
    await saveContent(seams.paths, hash, bytes)
  }
  return { taken: files.length }
}
