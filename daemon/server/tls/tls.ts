// Makes connections private. It is loaded only by a host whose port speaks TLS, and knows nothing of what is said there.
import type net from 'node:net'
import tls from 'node:tls'
import type { Certificate } from './certificate.ts'

/** Takes connections that begin with a TLS hello. */
export type TlsDoor = { secure(socket: net.Socket): net.Socket }

/** @param certificate where it is changed, new connections get the new one */
export function openTls(certificate: Certificate): TlsDoor {
  let secureContext = makeContext(certificate)
  certificate.onChanged(() => {
    secureContext = makeContext(certificate)
  })
  // What is sent comes out of it once both have agreed; the deadline for who is not known is one for that, too.
  return { secure: socket => new tls.TLSSocket(socket, { isServer: true, secureContext }) }
}

/** TLS 1.3 alone: nothing weak to agree on, and no renegotiation by which a client could keep the host at work. */
function makeContext({ pair }: Certificate): tls.SecureContext {
  return tls.createSecureContext({ ...pair, minVersion: 'TLSv1.3' })
}
