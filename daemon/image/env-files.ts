// The variables that a pod gets from files of the host's machine, as its policy says: most often the `.env` of its folder.
import { resolve } from 'node:path'
import { type PodConfig, parseConfig } from '../../protocol/config.ts'
import { parseVariables } from '../../protocol/env-lines.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { readPlain } from '../system/plain-file.ts'

/** More than the system would give to a process. */
const maxBytes = 4 * 1024 * 1024

/** The files that a config names. */
export function envFilesOf({ envFile = [] }: Pick<PodConfig, 'envFile'>): readonly string[] {
  return [envFile].flat()
}

/**
 * @param folder what the files are relative to
 * @returns the variables; those of a later file go before those of an earlier one
 * @throws {P8aError} `bad_config` naming the file, and the line that is no variable
 */
export async function readEnvFiles(
  folder: string,
  config: Pick<PodConfig, 'envFile'>,
): Promise<Record<string, string>> {
  const read = await Promise.all(envFilesOf(config).map(async file => await readOne(folder, file)))
  return Object.fromEntries(read.flatMap(Object.entries))
}

async function readOne(folder: string, file: string): Promise<Record<string, string>> {
  const text = await readPlain(resolve(folder, file), { maxBytes, mayBeLink: true }).catch(error => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message
    throw unusable(file, why, 'Put it there, or name another one; it is looked for on the machine of the host')
  })
  const { variables, wrong } = parseVariables(text)
  const [first] = wrong
  if (first) throw unusable(file, `line ${first.line} ${first.why}`, first.hint ?? 'Write each variable as NAME=value')
  return parseConfig({ env: variables }, quote(file)).env ?? {}
}

function unusable(file: string, why: string, hint: string): P8aError {
  return new P8aError('bad_config', `Cannot use envFile ${quote(file)}: ${why}`, {
    hint,
    facts: { key: 'envFile', file },
  })
}
