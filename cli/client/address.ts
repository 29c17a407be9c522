// Where a host is reached: reads what people write and shows it in one form. It must not connect to anything.
import { P8aError } from '../../protocol/errors.ts'

export type TcpAddress = { kind: 'tcp'; host: string; port: number; tls: boolean }
export type Address = { kind: 'unix'; path: string } | TcpAddress

/** Node's sockets are loaded for an address that needs them. */
const isIPv4 = (text: string) => process.getBuiltinModule('node:net').isIPv4(text)
const isIPv6 = (text: string) => process.getBuiltinModule('node:net').isIPv6(text)

/** The port of an address that names none. */
export const defaultPort = 3000

/**
 * Reads `localhost:3000`, `127.0.0.1`, `[::1]:3000`, `http://localhost:3000`, `https://…`, `tls://…`, `unix:/path`.
 * @throws {P8aError} `bad_address`
 */
export function parseAddress(text: string): Address {
  if (text.startsWith('unix:')) return parseUnix(text)
  const [, scheme = '', rest = ''] = /^(?:([a-z0-9+.-]+):\/\/)?(.*)$/is.exec(text) ?? []
  if (!['', 'http', 'https', 'tls'].includes(scheme.toLowerCase()))
    throw badAddress(text, `"${scheme}:" is not a scheme of a host`)
  // A URL may end in a slash. Anything after the slash is refused, since it would be ignored.
  const tcp = parseHostAndPort(text, scheme === '' ? rest : rest.replace(/\/$/, ''))
  return { kind: 'tcp', ...tcp, tls: ['https', 'tls'].includes(scheme.toLowerCase()) }
}

/** The one form in which an address is shown and kept: `localhost:3000`, `tls://example.org:3000`, `unix:/path`. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return `unix:${address.path}`
  const host = isIPv6(address.host) ? `[${address.host}]` : address.host
  return `${address.tls ? 'tls://' : ''}${host}:${address.port}`
}

/** Whether an address is on this machine and only there. */
export function isLoopback(address: Address): boolean {
  if (address.kind === 'unix') return true
  return (
    address.host === 'localhost' || address.host === '::1' || (isIPv4(address.host) && address.host.startsWith('127.'))
  )
}

function parseUnix(text: string): Address {
  const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '')
  if (!path.startsWith('/')) throw badAddress(text, 'the path of a socket must begin with "/"')
  return { kind: 'unix', path }
}

function parseHostAndPort(text: string, rest: string): { host: string; port: number } {
  if (isIPv6(rest)) return { host: rest.toLowerCase(), port: defaultPort }
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(rest)
  if (!match) throw badAddress(text, 'it is not of the form host:port')
  const [, v6, name = '', port] = match
  const host = (v6 ?? name).toLowerCase()
  if (v6 === undefined ? !isHostName(host) : !isIPv6(host)) {
    throw badAddress(text, host === '' ? 'it names no host' : `${JSON.stringify(host)} is not the name of a machine`)
  }
  return { host, port: port === undefined ? defaultPort : readPort(text, port) }
}

/** The name or the address of a machine, without a port. @throws {P8aError} `bad_address` */
export function readMachine(text: string): string {
  const host = text.toLowerCase()
  if (isIPv6(host) || isHostName(host)) return text
  throw badAddress(text, 'it is neither the name nor the address of a machine')
}

function isHostName(host: string): boolean {
  if (/^[\d.]+$/.test(host)) return isIPv4(host)
  return host.length <= 253 && /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?$/.test(host) && !host.includes('..')
}

function readPort(text: string, port: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  if (number < 1 || number > 65_535) throw badAddress(text, `${JSON.stringify(port)} is not a port`)
  return number
}

function badAddress(text: string, why: string): P8aError {
  return new P8aError('bad_address', `Cannot read the address ${JSON.stringify(text.slice(0, 200))}: ${why}`, {
    hint: 'Write it as localhost:3000, tls://example.org:3000, [::1]:3000 or unix:/path/to/host.sock',
    facts: { address: text.slice(0, 200), problem: why },
  })
}
