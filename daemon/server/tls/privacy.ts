// Whether the port speaks TLS, and with which certificate: always beyond loopback, unless an option forbids it. Only a
// host that speaks TLS loads the code for it.
import { P8aError } from '../../../protocol/errors.ts'
import type { HostLog } from '../../system/host-log.ts'
import type { Certificate } from './certificate.ts'
import type { TlsDoor } from './tls.ts'

export type PrivacyOptions = {
  /** `on` or `off` if an option says so; else the address decides. */
  tls: 'on' | 'off' | undefined
  /** A PEM certificate and its key, in place of the host's own. */
  cert: string | undefined
  key: string | undefined
}

export type Privacy = {
  /** Undefined if nothing speaks TLS. */
  certificate: Certificate | undefined
  /** The TLS of the port; undefined if it speaks none. */
  door: TlsDoor | undefined
  /** Warnings for each start. */
  warnings: string[]
}

type Opened = PrivacyOptions & {
  /** What the port is bound to. */
  host: string
  /** The port of the shell, which always speaks TLS; undefined if it has none. */
  shellPort: number | undefined
  /** Id of the host, and the file of its own certificate. */
  id: string
  file: string
  log: HostLog
}

/** @throws {P8aError} `usage`, `bad_certificate`, `file_not_found`, `save_failed` */
export async function openPrivacy(options: Opened): Promise<Privacy> {
  const { tls, cert, key, host, shellPort, id, file, log } = options
  checkOptions(options)
  const isOn = tls === 'on' || cert !== undefined || (tls !== 'off' && !isLoopback(host))
  const warnings = isOn || isLoopback(host) ? [] : [inTheClear(host)]
  if (!isOn && shellPort === undefined) return { certificate: undefined, door: undefined, warnings }
  const { openCertificate } = await import('./certificate.ts')
  const given = cert === undefined || key === undefined ? undefined : { cert, key }
  const certificate = await openCertificate({ id, host, file, log, given })
  if (!isOn) return { certificate, door: undefined, warnings }
  const { openTls } = await import('./tls.ts')
  return { certificate, door: openTls(certificate), warnings }
}

/** @throws {P8aError} `usage` */
function checkOptions({ tls, cert, key }: PrivacyOptions): void {
  if ((cert === undefined) !== (key === undefined)) {
    throw new P8aError('usage', `Cannot use --${cert === undefined ? 'key' : 'cert'} alone`, {
      hint: 'Name both: --cert FILE --key FILE',
    })
  }
  if (cert !== undefined && tls === 'off') {
    throw new P8aError('usage', 'Cannot use a certificate with --no-tls', { hint: 'Leave one of them out' })
  }
}

/** Whether only this machine reaches the address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** The warning about a port whose traffic anyone can read. */
function inTheClear(host: string): string {
  return `TLS is off on ${host}: anyone on the way can read and change everything that is sent, tokens too`
}
