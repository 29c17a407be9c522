// Private connections to a host: by its pinned fingerprint, or by an authority that vouches for it. Loaded only for an
// address that asks for TLS.
import { connect, type TLSSocket } from 'node:tls'
import { P8aError } from '../../protocol/errors.ts'
import { formatAddress, type TcpAddress } from './address.ts'
import { certificateChanged, sameFingerprint } from './fingerprint.ts'
import { unreachable } from './unreachable.ts'

/** How long it may take to see a certificate. */
const lookMs = 5000

/** Connects. If no fingerprint is pinned, an authority that this machine trusts must vouch for the certificate. */
export function connectTls({ host, port }: TcpAddress, fingerprint: string | undefined): TLSSocket {
  // A pin says more than a name or a date in a certificate: it is this very certificate.
  return connect({ host, port, rejectUnauthorized: fingerprint === undefined })
}

/**
 * Makes sure that the socket leads to the host whose certificate is pinned. Called before anything is sent.
 * @throws {P8aError} `certificate_changed`
 */
export function checkPinned(socket: TLSSocket, address: TcpAddress, fingerprint: string | undefined): void {
  if (fingerprint === undefined) return
  const found = socket.getPeerX509Certificate()?.fingerprint256 ?? ''
  if (sameFingerprint(found, fingerprint)) return
  throw certificateChanged(formatAddress(address), { pinned: fingerprint, found })
}

/**
 * The fingerprint of the certificate that a host shows, without checking who made it.
 * @throws {P8aError} `host_unreachable`
 */
export async function readFingerprint(address: TcpAddress): Promise<string> {
  const socket = connect({ host: address.host, port: address.port, rejectUnauthorized: false })
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.setTimeout(lookMs, () => reject(unreachable(address, { code: 'ETIMEDOUT' })))
      socket.once('error', cause => reject(unreachable(address, cause)))
      socket.once('close', () => reject(unreachable(address, { code: 'ECONNRESET' })))
      socket.once('secureConnect', () => {
        const found = socket.getPeerX509Certificate()?.fingerprint256
        if (found) resolve(found)
        else reject(new P8aError('host_unreachable', `Cannot see the certificate at ${formatAddress(address)}`))
      })
    })
  } finally {
    socket.destroy()
  }
}
