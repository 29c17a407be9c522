// The bytes of a file, or of this process's stdin, up to a limit: /dev/zero has no end.
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { P8aError } from '../../protocol/errors.ts'
import { byteLimit, MiB, sizeText } from '../argv/byte-limit.ts'
import { patientRead } from '../argv/patient-read.ts'
import { environment } from '../environment.ts'

/** It has to fit into one message: see `maxLineBytes` of a host. */
const usualMaxBytes = 64 * MiB
const variable = 'P8A_MAX_STDIN'

/**
 * @param file `-` is stdin
 * @throws {P8aError} `file_not_found`, `too_large`; `timeout` if it is a pipe from which nothing comes; `usage` if `P8A_MAX_STDIN`
 * is no number of bytes
 */
export async function readBytes(file: string): Promise<Buffer> {
  const maxBytes = byteLimit(environment.maxStdin, { variable, usual: usualMaxBytes })
  if (file === '-') return await bounded(process.stdin, { name: 'stdin', maxBytes })
  const bytes = await patientRead(file, maxBytes).catch((cause: NodeJS.ErrnoException) => {
    if (cause instanceof P8aError) throw cause
    const why = cause.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${cause.code})`
    throw new P8aError('file_not_found', `Cannot read ${JSON.stringify(file)}: ${why}`, {
      hint: `Looked for ${resolve(file)}`,
      facts: { file, problem: why },
      cause,
    })
  })
  if (bytes.length > maxBytes) throw tooLarge(file, maxBytes)
  return bytes
}

async function bounded(from: Readable, { name, maxBytes }: { name: string; maxBytes: number }): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of from as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(name, maxBytes)
  }
  return Buffer.concat(chunks)
}

function tooLarge(name: string, maxBytes: number): P8aError {
  return new P8aError('too_large', `Cannot read ${JSON.stringify(name)}: it has more than ${sizeText(maxBytes)}`, {
    hint: [
      { text: 'Let the script read a file on the machine of the host, whose path is a param' },
      {
        text: `${variable}=128M sets another limit; it has to fit into maxLineBytes of the host, a third longer than it is`,
      },
    ],
    facts: { file: name, limit: maxBytes },
  })
}
