// The bytes of a file, or of this process's stdin, up to a limit: /dev/zero has no end.
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { P8aError } from '../../protocol/errors.ts'
import { maxStdinBytes } from '../../protocol/limits.ts'

/** @param file `-` is stdin @throws {P8aError} `file_not_found`, `too_large` */
export async function readBytes(file: string, maxBytes = maxStdinBytes): Promise<Buffer> {
  if (file === '-') return await bounded(process.stdin, { name: 'stdin', maxBytes })
  return await bounded(createReadStream(file), { name: file, maxBytes }).catch((cause: NodeJS.ErrnoException) => {
    if (cause instanceof P8aError) throw cause
    const why = cause.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${cause.code})`
    throw new P8aError('file_not_found', `Cannot read ${JSON.stringify(file)}: ${why}`, {
      hint: `Looked for ${resolve(file)}`,
      facts: { file },
      cause,
    })
  })
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
  return new P8aError(
    'too_large',
    `Cannot read ${JSON.stringify(name)}: it has more than ${maxBytes / 1024 / 1024} MiB`,
    {
      hint: 'Let the script read a file on the machine of the host, whose path is a param',
      facts: { file: name, limit: maxBytes },
    },
  )
}
