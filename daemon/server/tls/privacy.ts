// Whether the port speaks TLS, and with which certificate: always beyond loopback, unless it was said aloud that it shall
// not. What it takes for TLS is loaded only by a host that speaks it.
import { P8aError } from '../../../protocol/errors.ts'
import type { HostLog } from '../../system/host-log.ts'
import type { Certificate } from './certificate.ts'
import type { TlsDoor } from './tls.ts'

export type PrivacyOptions = {
  /** `on` and `off` where it was said; else it follows from the address. */
  tls: string | undefined
  /** A PEM certificate and its key, in place of the host's own. */
  cert: string | undefined
  key: string | undefined
}

export type Privacy = { certificate: Certificate; door: TlsDoor }

/**
 * What the port speaks TLS with; undefined where it does not.
 * @throws {P8aError} `usage`, `bad_certificate`, `file_not_found`, `save_failed`
 */
export async function openPrivacy(
  options: PrivacyOptions & { id: string; host: string; file: string; log: HostLog },
): Promise<Privacy | undefined> {
  const { tls, cert, key, ...own } = options
  if ((cert === undefined) !== (key === undefined)) {
    throw new P8aError('usage', `Cannot use --${cert === undefined ? 'key' : 'cert'} alone`, {
      hint: 'Name both: --cert FILE --key FILE',
    })
  }
  if (cert !== undefined && tls === 'off') {
    throw new P8aError('usage', 'Cannot use a certificate with --no-tls', { hint: 'Leave one of them out' })
  }
  const isOn = tls === 'on' || cert !== undefined || (tls !== 'off' && !isLoopback(own.host))
  if (!isOn) return undefined
  const { openCertificate } = await import('./certificate.ts')
  const { openTls } = await import('./tls.ts')
  const given = cert === undefined || key === undefined ? undefined : { cert, key }
  const certificate = await openCertificate({ ...own, given })
  return { certificate, door: openTls(certificate) }
}

/** The host's own certificate, for a port that always speaks TLS. */
export async function openOwn(own: { id: string; host: string; file: string; log: HostLog }): Promise<Certificate> {
  const { openCertificate } = await import('./certificate.ts')
  return await openCertificate({ ...own, given: undefined })
}

/** Whether nobody but this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** What is said at each start of a host whose port anyone can listen in to. */
export function inTheClear(host: string): string {
  return `TLS is off on ${host}: whoever is on the way can read and change all that is sent, tokens too`
}
