// The certificate by which clients know a host: its own, made at the first start that needs one, or one that was given.
// It knows nothing of listening.
import { X509Certificate } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import type { HostLog } from '../../system/host-log.ts'
import { type GivenFiles, readGiven, watchGiven } from './given.ts'
import type { Pair } from './make.ts'
import { loadOwn } from './own.ts'

export type Certificate = {
  /** The one in force now. */
  readonly pair: Pair
  /** SHA-256 of it, as `AB:CD:…`: what clients pin. */
  readonly fingerprint: string
  /** Calls `listener` when another certificate is in force. */
  onChanged(listener: () => void): void
  /** Stops watching its files. */
  close(): void
}

type CertificateOptions = {
  /** The file of its own certificate. */
  file: string
  /** Files to use in place of its own. */
  given: GivenFiles | undefined
  /** Id of the host, for the name in its own certificate. */
  id: string
  /** What the port is bound to. */
  host: string
  log: HostLog
}

/** @throws {P8aError} `bad_certificate`, `file_not_found`, `save_failed` */
export async function openCertificate(options: CertificateOptions): Promise<Certificate> {
  const { file, given, id, host, log } = options
  let pair = given ? await readGiven(given) : await loadOwn(file, { name: `p8a host ${id}`, hosts: namesOf(host) })
  const listeners: (() => void)[] = []
  const unwatch = given
    ? watchGiven(given, {
        onChanged: next => {
          if (next.cert === pair.cert && next.key === pair.key) return
          pair = next
          for (const listener of listeners) listener()
          log.info('host', 'another certificate is in force', { fingerprint: fingerprintOf(pair) })
        },
        onTrouble: error =>
          log.error('files', 'the certificate in force stays: the new one cannot be used', { err: error }),
      })
    : () => {}
  return {
    get pair() {
      return pair
    },
    get fingerprint() {
      return fingerprintOf(pair)
    },
    onChanged: listener => listeners.push(listener),
    close: unwatch,
  }
}

function fingerprintOf({ cert }: Pair): string {
  return new X509Certificate(cert).fingerprint256
}

/** The names under which clients may reach it. Clients that pin it ignore them; curl and the like check them. */
function namesOf(host: string): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(found => found ?? [])
  // An address that needs the name of an interface cannot stand in a certificate.
  const usable = addresses.filter(({ scopeid }) => !scopeid).map(({ address }) => address)
  const isAll = host === '0.0.0.0' || host === '::'
  return [...new Set(['localhost', '127.0.0.1', '::1', ...(isAll ? [] : [host]), ...usable])]
}
