// The address of a host's page, for a browser.
import { isIPv6 } from 'node:net'
import { P8aError } from '../../protocol/errors.ts'
import type { Address } from '../client/address.ts'

/**
 * Where a browser finds the page of the host that we reach at `address`.
 * @param addresses those at which it answers, if we reach it by a Unix socket
 * @throws {P8aError} `unsupported` if it answers at no port
 */
export function pageOrigin(address: Address, addresses: readonly Address[]): string {
  const at = [address, ...addresses].find(one => one.kind === 'tcp')
  if (at?.kind !== 'tcp')
    throw new P8aError('unsupported', 'Cannot show a page: the host answers at no port', {
      hint: 'Start it with --port',
    })
  // A host that listens on every address is on this machine, too.
  const host = at.host === '0.0.0.0' ? '127.0.0.1' : at.host === '::' ? '::1' : at.host
  return `${at.tls ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${at.port}`
}

/** The code stands in the fragment, which a browser sends to nobody, so that it is in no log. */
export function pageLink(origin: string, code: string): string {
  return `${origin}/#code=${code}`
}
