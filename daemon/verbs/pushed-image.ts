// What a push brings, read into an image: a folder is built, a script is kept as it is, anything else is read without being
// run.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import { prepareTree } from '../build/tree-image.ts'
import { describeLinked } from '../image/folder.ts'
import { readPushed } from '../image/read.ts'
import { type Content, describeImage, describeKeptScript, describeScript, type NewImage } from '../image/store.ts'
import { isRunnable } from '../keeper/interpreter.ts'
import { hidesInterpreter, refuseMarked } from '../script/byte-order-mark.ts'
import { decode } from '../script/encoding.ts'
import type { Seams } from '../system/seams.ts'
import type { Caller } from './verb.ts'

/** Nothing of a folder that is used in place is stored. */
const nothing = { fill: async () => {}, discard: async () => {} }

/** @throws {P8aError} `bad_image`, `bad_config`, `build_failed`, `aborted`, `bad_params` */
export async function readPushedImage(
  seams: Seams,
  params: MethodParams<'pod.push'>,
  { signal, send }: Pick<Caller<'pod.push'>, 'signal' | 'send'>,
): Promise<{ image: NewImage; content: Content }> {
  const { name, code, tree, folder, entry, command, args, encoding, kind, map, file: given } = params
  const { isProgram, within, workspaces, writable, builtFor } = params
  const chosen = { entry, command, args }
  if (writable !== undefined && tree === undefined) throw notOfFolder(folder)
  if (tree !== undefined) {
    const say = (line: string) => void send?.([line])
    const place = { isProgram, within, workspaces, writable, builtFor }
    const pushed = { name, tree, chosen, options: params, ...place, file: given ?? name }
    return await prepareTree(seams, pushed, { signal, say }).catch(error => {
      logBuild(seams, name, error)
      throw error
    })
  }
  if (folder !== undefined) return { image: await describeLinked(folder, chosen), content: nothing }
  if (code === undefined) throw new P8aError('bad_params', 'Cannot push: there is neither code nor a folder')
  const bytes = decode(code, encoding)
  const isKept = kind === 'service' || command !== undefined
  if (kind !== undefined || isKept || isRunnable(bytes) || hidesInterpreter(bytes) || given?.endsWith('.sh')) {
    if (bytes.every(byte => byte === 32 || (byte >= 9 && byte <= 13)))
      throw new P8aError('bad_image', `Cannot push ${quote(given ?? name)}: the script is empty`, {
        hint: 'A script is a text for /bin/sh, or has a first line such as #!/usr/bin/env python3',
      })
    refuseMarked(bytes, given ?? name)
    const named = given ?? name
    const image = isKept ? describeKeptScript(bytes, { file: named, command }) : describeScript(bytes, named)
    return { image, content: { code: bytes } }
  }
  const text = encoding === 'utf8' ? code : bytes.toString('utf8')
  const file = given ?? `${name}.js`
  const source = map === undefined ? { file } : { file, map }
  const image = describeImage(text, await readPushed(text, source), file)
  return { image, content: map === undefined ? { code: text } : { code: text, map } }
}

/** Whoever pushed may be gone, and see its last lines no more. */
function logBuild({ log }: Pick<Seams, 'log'>, pod: string, error: unknown): void {
  if (!(error instanceof P8aError) || !isOfBuild(error)) return
  const { lines, ...facts } = error.facts
  log.warn('build', error.message, { pod, ...facts })
  for (const line of Array.isArray(lines) ? lines : []) log.info('build', String(line), { pod })
}

function isOfBuild({ code, facts }: P8aError): boolean {
  return code === 'build_failed' || (code === 'aborted' && facts.step !== undefined)
}

function notOfFolder(folder: string | undefined): P8aError {
  return new P8aError(
    'bad_params',
    folder === undefined
      ? 'Cannot push: only what is in a folder can be writable'
      : 'Cannot push: a folder that is used in place is as writable as it is',
    { hint: 'Leave writable out; what a run may always write in is its storage, which P8A_STORAGE names' },
  )
}
