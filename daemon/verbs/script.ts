// `pod.script`: a script as it was pushed last.
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { mainFile } from '../image/store.ts'
import type { Place } from '../tree/place.ts'
import { endlessRoom } from './room.ts'
import type { Caller } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `unsupported` for a service */
export async function script(
  place: Place,
  { name, encoding }: MethodParams<'pod.script'>,
  { room = endlessRoom }: Pick<Caller<'pod.script'>, 'room'>,
): Promise<MethodResults['pod.script']> {
  const { newest } = place.pods.get(name).supervisor.keeping.singly()
  const { version, hash, size, pushedAt } = newest
  // As bytes, and as text.
  return await room(3 * size, async () => {
    const content = await readFile(mainFile(place.seams.paths, { hash, format: 'script' }))
    const chosen = encoding ?? (isUtf8(content) ? 'utf8' : 'base64')
    return { name, script: content.toString(chosen), encoding: chosen, version, hash, size, pushedAt }
  })
}
