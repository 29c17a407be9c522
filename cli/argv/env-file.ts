// Files of environment variables that an option names.
import { resolve } from 'node:path'
import { parseVariables } from '../../protocol/env-lines.ts'
import { P8aError } from '../../protocol/errors.ts'
import { environment } from '../environment.ts'
import { byteLimit, MiB, sizeText } from './byte-limit.ts'
import { patientRead } from './patient-read.ts'

/** More than the system would give to a process; `/dev/zero` has no end. */
const usualMaxBytes = 4 * MiB
const variable = 'P8A_MAX_ENV_FILE'

/**
 * @throws {P8aError} `file_not_found` if the file cannot be read; `usage` with the number of the first wrong line, or if
 * `P8A_MAX_ENV_FILE` is no number of bytes; `timeout` if it is a pipe from which nothing comes
 */
export async function readEnvFile(file: string): Promise<Record<string, string>> {
  const maxBytes = byteLimit(environment.maxEnvFile, { variable, usual: usualMaxBytes })
  const { variables, wrong } = parseVariables(await textOf(file, maxBytes))
  const [first, ...more] = wrong
  if (!first) return variables
  const rest = more.length === 0 ? '' : ` (and ${more.length === 1 ? 'one more line' : `${more.length} more lines`})`
  throw new P8aError(
    'usage',
    `Cannot read --env-file ${JSON.stringify(file)}: line ${first.line} ${first.why}${rest}`,
    {
      hint: first.hint ?? 'Write each variable as NAME=value, and comments behind a #',
      facts: { option: 'env-file', value: file, file, lines: wrong.map(({ line }) => line) },
    },
  )
}

async function textOf(file: string, maxBytes: number): Promise<string> {
  const bytes = await readBounded(file, maxBytes)
  if (bytes.length > maxBytes)
    throw unreadable(file, `it has more than ${sizeText(maxBytes)}`, { hint: `${variable}=16M sets another limit` })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const why = /^(?:\xff\xfe|\xfe\xff)/.test(bytes.subarray(0, 2).toString('latin1'))
      ? 'it is UTF-16'
      : 'it is no text in UTF-8'
    throw unreadable(file, why, { cause, hint: 'Save it as UTF-8' })
  }
}

async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  try {
    return await patientRead(file, maxBytes)
  } catch (cause) {
    if (cause instanceof P8aError) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    const known: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a directory' }
    throw unreadable(file, known[code ?? ''] ?? message, { cause })
  }
}

function unreadable(file: string, why: string, { cause, hint }: { cause?: unknown; hint?: string } = {}): P8aError {
  return new P8aError('file_not_found', `Cannot read --env-file ${JSON.stringify(file)}: ${why}`, {
    hint: hint ?? `Looked for ${resolve(file)}`,
    facts: { option: 'env-file', value: file, file },
    cause,
  })
}
