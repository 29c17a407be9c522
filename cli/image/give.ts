// Gives an image to a host, as a push of what it is made of: only what that host does not have yet is sent.
import { P8aError } from '../../protocol/errors.ts'
import { codeName, mapName } from '../../protocol/image.ts'
import type { TreeFile } from '../../protocol/tree.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import { sendFiles } from '../folder/push-folder.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { bytesOfFile, damagedFile, type ImageSource } from './source.ts'

/** @throws {P8aError} what `pod.push` throws; `bad_image` if its bytes are not those of its sheet */
export async function giveImage(host: RemoteHost, source: ImageSource, name: string): Promise<Pushed> {
  const { sheet } = source
  const { file, message, push } = sheet
  const said = { name, file, ...(message !== undefined && { message }), ...push }
  if (sheet.holds === 'code') return await giveCode(host, source, said)
  const damaged = await sendFiles(host, sheet.files, {
    whole: async one => await bytesOfFile(source, one),
    parts: (one, from) => source.parts(one, from),
  })
  if (damaged !== undefined) throw damagedFile(damaged, 'its bytes have another hash')
  // What it was built to is what is given.
  return await host.call('pod.push', { ...said, tree: sheet.files, asIs: true })
}

async function giveCode(host: RemoteHost, source: ImageSource, said: { name: string }): Promise<Pushed> {
  const { files, hash, push } = source.sheet
  const find = (path: string) => files.find((entry): entry is TreeFile => 'hash' in entry && entry.path === path)
  const [code, map] = [find(codeName), find(mapName)]
  if (!code) throw new P8aError('bad_image', 'Cannot take the image: it has no code')
  const bytes = await bytesOfFile(source, code)
  // A script may be no text.
  const encoding = push.kind === undefined ? 'utf8' : 'base64'
  const withMap = map && { map: (await bytesOfFile(source, map)).toString('utf8') }
  const pushed = await host.call('pod.push', { ...said, code: bytes.toString(encoding), encoding, ...withMap })
  if (pushed.answer !== undefined || pushed.hash === hash) return pushed
  throw new P8aError(
    'bad_image',
    `The image is another one there: ${pushed.hash.slice(0, 12)}, not ${hash.slice(0, 12)}`,
  )
}
