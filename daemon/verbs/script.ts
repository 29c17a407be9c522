// `pod.script`: a script as it was pushed last.
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { mainFile } from '../image/store.ts'
import type { Place } from '../tree/place.ts'
import { noScript } from './find-run.ts'

/** @throws {P8aError} `pod_not_found`, `unsupported` for a service */
export async function script(
  place: Place,
  { name, encoding }: MethodParams<'pod.script'>,
): Promise<MethodResults['pod.script']> {
  const { supervisor } = place.pods.get(name)
  const newest = supervisor.inForce?.desired.images.at(-1)
  if (!supervisor.isScript || !newest) throw noScript(supervisor)
  const content = await readFile(mainFile(place.seams.paths, { hash: newest.hash, format: 'script' }))
  const chosen = encoding ?? (isUtf8(content) ? 'utf8' : 'base64')
  const { version, hash, size, pushedAt } = newest
  return { name, script: content.toString(chosen), encoding: chosen, version, hash, size, pushedAt }
}
