// Why a host cannot be reached, in words, and what to do about it. It must not connect to anything.
import { P8aError } from '../../protocol/errors.ts'
import type { Hint } from '../../protocol/hint.ts'
import { type Address, defaultPort, formatAddress, isLoopback } from './address.ts'

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'nothing listens there',
  ENOTFOUND: 'there is no machine of that name',
  EAI_AGAIN: 'the name cannot be looked up',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'this machine has no route to it',
  ENETUNREACH: 'this machine has no route to that network',
  EACCES: 'you may not open its socket',
  EPERM: 'you may not open its socket',
  ENOTSOCK: 'that file is not a socket',
  EINVAL: 'a socket cannot have that path',
}

/** The error for a connection that could not be made. */
export function unreachable(address: Address, cause: { code?: string; message?: string }): P8aError {
  if (cause instanceof P8aError) return cause
  const reason = tlsReason(address, cause) ?? reasons[cause.code ?? ''] ?? cause.message ?? 'it cannot be reached'
  return new P8aError('host_unreachable', `Cannot reach the host at ${formatAddress(address)}: ${reason}`, {
    hint: hintFor(address, cause.code),
    facts: { address: formatAddress(address), ...(cause.code === undefined ? {} : { reason: cause.code }) },
    cause,
  })
}

/** Why the handshake failed; undefined if there was none. */
function tlsReason(address: Address, { code = '', message }: { code?: string; message?: string }): string | undefined {
  if (address.kind === 'unix' || !address.tls) return undefined
  if (code === 'EPROTO' || code === 'ECONNRESET' || code.startsWith('ERR_SSL_'))
    return 'the program that answers there does not speak TLS'
  return isDistrust(code) ? `no authority that this machine trusts vouches for its certificate (${message})` : undefined
}

/** How OpenSSL names the refusal of a certificate. */
function isDistrust(code: string): boolean {
  return /CERT|SIGNATURE|ISSUER|CHAIN/.test(code)
}

function hintFor(address: Address, code = ''): Hint {
  if (isDistrust(code))
    return {
      text: 'To pin its fingerprint, add the remote again',
      do: { verb: 'remote add', args: ['NAME', 'ADDRESS'] },
    }
  if (tlsReason(address, { code }) !== undefined)
    return 'A host speaks TLS beyond loopback, or if it was started with --tls; without TLS, leave out tls://'
  if (code === 'EACCES' || code === 'EPERM')
    return 'The host belongs to another user: run this as that user, or use its TCP address and a token'
  if (code === 'EINVAL')
    return { text: 'Use a data directory with a shorter path', do: { verb: 'host start', options: { data: 'DIR' } } }
  if (isLoopback(address)) return { text: 'Start one', do: { verb: 'host start', options: startOptions(address) } }
  return { text: 'Check that the host runs there and that the address and port are right', do: { verb: 'remote list' } }
}

/** How a host is started that answers at a loopback address. */
function startOptions(address: Address): Record<string, string | true> {
  if (address.kind === 'unix' || address.port === defaultPort) return { detach: true }
  return { detach: true, port: String(address.port) }
}
