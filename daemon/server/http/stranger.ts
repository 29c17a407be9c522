// Web pages of strangers, which a browser of somebody on this machine may have open: what they ask of a host is told by its
// `Host` and `Origin`. It reads no token; a page that has one comes from this host.
import type http from 'node:http'
import net from 'node:net'
import { hostname } from 'node:os'
import type tls from 'node:tls'
import { P8aError } from '../../../protocol/errors.ts'
import { quote } from '../../../protocol/names.ts'
import type { Settings } from '../../../protocol/settings.ts'

type Known = Pick<Settings, 'webNames'>

/**
 * Refuses what a web page of another origin asks, whatever it asks, and whatever token it has.
 * @throws {P8aError} `forbidden`
 */
export function refuseStranger(request: http.IncomingMessage, settings: Known): void {
  const { origin, host = '', 'sec-fetch-site': site } = request.headers
  if (origin !== undefined && !isOwnOrigin(origin, { host, ...settings }))
    throw new P8aError('forbidden', `Cannot answer a web page of ${quote(origin)}: it is not a page of this host`, {
      hint: 'Use the page of this host itself; if a proxy stands before it, add the name of the proxy to webNames in host.json',
    })
  // Also those of another port of this machine, for example of a pod.
  if (site === 'cross-site' || site === 'same-site')
    throw new P8aError('forbidden', 'Cannot answer a web page that is not of this host', {
      hint: 'Open the address in a tab of its own',
    })
}

/**
 * Refuses names that are not of this host: a stranger's name may mean this machine from one moment to the next (DNS
 * rebinding), and then a page of theirs is, for the browser, a page of this host. Over TLS the certificate is the proof, and
 * no browser opens the Unix socket. Whoever has a token may call the host as they like: a stranger's page has none.
 * @throws {P8aError} `forbidden`
 */
export function refuseOtherName({ headers, socket }: http.IncomingMessage, { webNames }: Known): void {
  if (isEncrypted(socket) || socket.remoteAddress === undefined) return
  const name = nameOf(headers.host ?? '')
  if (isOwnName(name) || webNames.includes(name)) return
  throw new P8aError('forbidden', `Cannot answer at the name ${quote(name)}: it is not known as a name of this host`, {
    hint: 'Use localhost or an address, or add the name to webNames in host.json',
  })
}

/** The name of a `Host`, without its port; an address of IPv6 without its brackets. */
export function nameOf(host: string): string {
  return host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()
}

function isOwnName(name: string): boolean {
  if (net.isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true
  const own = hostname().toLowerCase()
  return name === own || name === `${own}.local`
}

function isOwnOrigin(origin: string, { host, webNames }: Known & { host: string }): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
  const asHost = URL.canParse(`${url.protocol}//${host}`) ? new URL(`${url.protocol}//${host}`).host : undefined
  return url.host === asHost || webNames.includes(nameOf(url.host))
}

function isEncrypted(socket: net.Socket): boolean {
  return (socket as Partial<tls.TLSSocket>).encrypted === true
}
