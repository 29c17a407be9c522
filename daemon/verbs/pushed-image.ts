// What a push brings, read into an image: a script is kept as it is, anything else is read without being run.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import { readPushed } from '../image/read.ts'
import { describeImage, describeScript, type NewImage } from '../image/store.ts'
import { hidesInterpreter, refuseMarked } from '../script/byte-order-mark.ts'
import { decode } from '../script/encoding.ts'
import { isRunnable } from '../script/interpreter.ts'

/** What is kept of it. */
export type Content = { code: string | Buffer; map?: string }

/**
 * @param name of the pod, for messages where no file is named
 * @throws {P8aError} `bad_image`, `bad_config`
 */
export async function readPushedImage(
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
