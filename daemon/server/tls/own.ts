// The host's own certificate and key, in one file, so that they always belong together. Made once, 0600.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { P8aError } from '../../../protocol/errors.ts'
import { replaceFile, saveError } from '../../store/state-file.ts'
import { isMissing, readPlain } from '../../system/plain-file.ts'
import type { Pair } from './make.ts'

/** More than any certificate has with its chain. */
const maxPairBytes = 1024 * 1024

/**
 * Reads them, or makes them if there are none.
 * @throws {P8aError} `bad_certificate` if the file holds something else; `no_space`, `save_failed`
 */
export async function loadOwn(file: string, of: { name: string; hosts: readonly string[] }): Promise<Pair> {
  const text = await readPlain(file, { maxBytes: maxPairBytes, mayBeLink: true }).catch((error: Error) => {
    if (isMissing(error)) return undefined
    throw bad(file, error.message)
  })
  if (text === undefined) return await makeOwn(file, of)
  const cert = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n/s.exec(text)?.[0] ?? ''
  const key = /-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n/s.exec(text)?.[0] ?? ''
  checkPair({ cert, key }, file)
  return { cert, key }
}

/**
 * @throws {P8aError} `bad_certificate` if the key does not belong to the certificate, or one of them cannot be read
 */
export function checkPair({ cert, key }: Pair, file: string): void {
  let isOne: boolean
  try {
    isOne = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch (error) {
    throw bad(file, (error as Error).message)
  }
  if (!isOne) throw bad(file, 'the key does not belong to the certificate')
}

async function makeOwn(file: string, of: { name: string; hosts: readonly string[] }): Promise<Pair> {
  const { makeCertificate } = await import('./make.ts')
  const pair = await makeCertificate({ ...of, now: new Date() })
  await replaceFile(file, pair.cert + pair.key, { durable: true }).catch(error => {
    throw saveError(file, error)
  })
  return pair
}

function bad(file: string, why: string): P8aError {
  return new P8aError('bad_certificate', `Cannot use the certificate in ${file}: ${why}`, {
    hint: 'It must be PEM, with the key that belongs to it; if it is the own one of the host, remove the file: the host makes another, which clients have to pin again',
    facts: { file },
  })
}
