// The host's own certificate: made when it is first needed, and kept, so that clients know the host by it.
import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { P8aError } from '../../../protocol/errors.ts'
import type { Context } from '../../context.ts'
import type { Pair } from './make.ts'

/** @throws {P8aError} `save_failed` where it cannot be kept; `bad_settings` where what is kept cannot be read */
export async function ownCertificate({ paths, clock, log }: Context): Promise<Pair> {
  const [cert, key] = await Promise.all([readIfThere(paths.certificate), readIfThere(paths.certificateKey)])
  if (cert !== undefined && key !== undefined) return { cert, key }
  // What makes it is needed once.
  const { makeCertificate } = await import('./make.ts')
  const names = [...new Set([hostname(), 'localhost'])]
  const hosts = [...names, '127.0.0.1', '::1']
  const made = await makeCertificate({ name: `p8a ${hostname()}`, hosts, now: new Date(clock.wallMs()) })
  try {
    await writeFile(paths.certificateKey, made.key, { mode: 0o600 })
    await writeFile(paths.certificate, made.cert, { mode: 0o600 })
  } catch (cause) {
    throw new P8aError('save_failed', `Cannot save the certificate: ${(cause as Error).message}`, {
      hint: 'Check the rights on the data directory, and its disk',
      facts: { file: paths.certificate },
      cause,
    })
  }
  log.info('host', 'a certificate was made', { file: paths.certificate })
  return made
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new P8aError('bad_settings', `Cannot read ${file}: ${(cause as Error).message}`, { facts: { file }, cause })
  }
}
