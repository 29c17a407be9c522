// Makes connections private. Only a host whose port speaks TLS loads it. It knows nothing of what is said there.
import type net from 'node:net'
import tls from 'node:tls'
import type { Certificate } from './certificate.ts'

/** Takes connections that begin with a TLS hello. */
export type TlsDoor = { secure(socket: net.Socket): net.Socket }

/** @param certificate if it changes, new connections get the new one */
export function openTls(certificate: Certificate): TlsDoor {
  let secureContext = makeContext(certificate)
  certificate.onChanged(() => {
    secureContext = makeContext(certificate)
  })
  // Data comes out of it once the handshake is done; the deadline for unknown clients includes the handshake.
  return { secure: socket => new tls.TLSSocket(socket, { isServer: true, secureContext }) }
}

/** Only TLS 1.3: it has nothing weak to agree on, and no renegotiation by which a client could keep the host busy. */
function makeContext({ pair }: Certificate): tls.SecureContext {
  return tls.createSecureContext({ ...pair, minVersion: 'TLSv1.3' })
}
