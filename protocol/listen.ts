// Where a pod listens, as its policy says it: one address, or several by name. It opens no socket.

/** The name of the only address of a pod, and of the one that its variable `PORT` tells. */
export const mainPort = 'main'

/**
 * An address that a pod wants. Without a host: all addresses of the machine. `port` 0: any free one, which the pod then
 * keeps. Without a path: one in the data directory.
 */
export type Wanted = { port: number; host?: string } | { path?: string; access?: SocketAccess }

/** Who may use a Unix socket. By default only the user of the host. Users and groups are names or numbers. */
export type SocketAccess = { mode?: number | undefined; owner?: string | undefined; group?: string | undefined }

/** A socket that a host holds for a pod. An empty host: all addresses of the machine. */
export type Port = { name: string } & (
  | { host: string; port: number }
  | { path: string; access?: SocketAccess | undefined }
)

/** The address that `text` names; undefined if it names none. */
export function readAddress(text: string): Wanted | undefined {
  if (/^(?:unix(?:,|$)|unix:\/|\/)/.test(text)) return readSocket(text)
  const [, v6, other, port] = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:]*)):)?(auto|\d{1,5})$/.exec(text) ?? []
  if (port === undefined) return undefined
  const number = port === 'auto' ? 0 : Number(port)
  if (port !== 'auto' && (number < 1 || number > 65_535)) return undefined
  const host = v6 ?? other?.replace(/^localhost$/, '127.0.0.1').replace(/^\*$/, '')
  if (v6 === undefined && host && !isAddress4(host)) return undefined
  return host ? { port: number, host } : { port: number }
}

/** An address as people write it. */
export function addressText(port: { host: string; port: number } | { path: string }): string {
  if ('path' in port) return `unix:${port.path}`
  if (port.host === '') return `*:${port.port}`
  return port.host.includes(':') ? `[${port.host}]:${port.port}` : `${port.host}:${port.port}`
}

/** The variables by which a program learns where it is to listen. */
export function portVariables(ports: readonly Port[]): Record<string, string> {
  const textOf = (port: Port) => ('path' in port ? port.path : String(port.port))
  const own = ports.map(port => [`PORT_${port.name.toUpperCase().replaceAll('-', '_')}`, textOf(port)])
  const main = ports.find(({ name }) => name === mainPort) ?? ports[0]
  return main ? Object.fromEntries([...own, ['PORT', textOf(main)]]) : {}
}

/** `unix`, `unix:/run/web.sock,mode=660,owner=web,group=www-data` */
function readSocket(text: string): Wanted | undefined {
  const [place = '', ...words] = text.split(',')
  const wanted = place === 'unix' ? {} : readPath(place.replace(/^unix:/, ''))
  if (!wanted || words.length === 0) return wanted
  const access: SocketAccess = {}
  for (const word of words) {
    const [, key, value = ''] = /^(mode|owner|group)=([A-Za-z0-9_][A-Za-z0-9_.-]*)$/.exec(word) ?? []
    if (key === 'mode' && /^0?[0-7]{3}$/.test(value)) access.mode = Number.parseInt(value, 8)
    else if (key === 'owner' || key === 'group') access[key] = value
    else return undefined
  }
  return { ...wanted, access }
}

/** The kernel allows 107 bytes for the path of a socket. */
function readPath(path: string): Wanted | undefined {
  return new TextEncoder().encode(path).length <= 107 && !path.includes('\0') ? { path } : undefined
}

function isAddress4(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) && host.split('.').every(part => Number(part) < 256)
}
