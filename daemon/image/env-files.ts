// The variables that a pod gets from files of the host's machine, as its policy says: most often the `.env` of its folder.
import { readlink, realpath } from 'node:fs/promises'
import { isAbsolute, join, resolve, sep } from 'node:path'
import { type PodConfig, parseConfig } from '../../protocol/config.ts'
import { parseVariables } from '../../protocol/env-lines.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { openPlain, readOpened, readPlain } from '../system/plain-file.ts'

/** More than the system would give to a process. */
const maxBytes = 4 * 1024 * 1024
const all = { maxBytes, mayBeLink: true }

/** The files that a config names. */
export function envFilesOf({ envFile = [] }: Pick<PodConfig, 'envFile'>): readonly string[] {
  return [envFile].flat()
}

/**
 * @param folder what the files are relative to; of a pod that is another user, it may be that user's, who could put a link there to what
 * only the host can read: what is relative must lie in it then
 * @returns the variables; those of a later file go before those of an earlier one
 * @throws {P8aError} `bad_config` naming the file, and the line that is no variable
 */
export async function readEnvFiles(
  folder: string,
  config: Pick<PodConfig, 'envFile' | 'user'>,
): Promise<Record<string, string>> {
  const { user } = config
  const read = await Promise.all(
    envFilesOf(config).map(async file => await readOne(folder, file, user !== undefined && !isAbsolute(file))),
  )
  return Object.fromEntries(read.flatMap(Object.entries))
}

async function readOne(folder: string, file: string, isWithin: boolean): Promise<Record<string, string>> {
  const text = await (isWithin ? readWithin(folder, file) : readPlain(resolve(folder, file), all)).catch(error => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message
    throw unusable(file, why, 'Put it there, or name another one; it is looked for on the machine of the host')
  })
  const { variables, wrong } = parseVariables(text)
  const [first] = wrong
  if (first) throw unusable(file, `line ${first.line} ${first.why}`, first.hint ?? 'Write each variable as NAME=value')
  return parseConfig({ env: variables }, quote(file)).env ?? {}
}

/** What is opened is looked at, since a path may lead elsewhere a moment later. */
async function readWithin(folder: string, file: string): Promise<string> {
  const handle = await openPlain(resolve(folder, file), all)
  try {
    const at = await readlink(`/proc/self/fd/${handle.fd}`)
    if (!at.startsWith(join(await realpath(folder), sep))) throw new Error('it lies elsewhere')
    return await readOpened(handle, all)
  } finally {
    await handle.close()
  }
}

function unusable(file: string, why: string, hint: string): P8aError {
  return new P8aError('bad_config', `Cannot use envFile ${quote(file)}: ${why}`, {
    hint,
    facts: { key: 'envFile', file },
  })
}
