// What a request asks for: its host name, and its path as routes see it. What is ambiguous is refused here, since the pod might read it
// in another way than the gateway does.

export type Target = {
  /** Lower case, without a port. */
  host: string
  /** As the client wrote it: what the pod gets as `Host`. */
  authority: string
  /** Path and query as the client wrote them. */
  raw: string
  /** The path with decoded segments, to look for a route. */
  path: string
}

/** @returns the target, or in words what is wrong with it */
export function targetOf(url: string, authority: string | undefined): Target | string {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url)
  const [, named, rest] = absolute ?? []
  if (named !== undefined && authority !== undefined && named.toLowerCase() !== authority.toLowerCase()) {
    return 'the URL and the header Host name different hosts'
  }
  const given = named ?? authority
  const host = given === undefined ? undefined : hostOf(given)
  if (given === undefined || host === undefined) return 'it names no host'
  const raw = rest === undefined ? url : rest.replace(/^(?!\/)/, '/')
  if (!raw.startsWith('/')) return 'its URL has no path'
  if (raw.includes('#')) return 'its URL has a fragment'
  const path = pathOf(raw)
  return path === undefined ? 'its path is not well encoded, or leads upwards' : { host, authority: given, raw, path }
}

/** A name, an IPv4 address, or an IPv6 address in brackets; the port is left out. */
function hostOf(authority: string): string | undefined {
  const [, host] = /^(\[[\da-f:.]+\]|[a-z0-9]([a-z0-9_.-]*[a-z0-9_])?\.?)(?::\d{1,5})?$/i.exec(authority) ?? []
  return host?.toLowerCase().replace(/\.$/, '')
}

function pathOf(raw: string): string | undefined {
  const path = raw.split('?', 1)[0] ?? ''
  if (!path.includes('%') && !path.includes('/.')) return path
  try {
    const segments = path.split('/').map(decodeURIComponent)
    // What leads upwards is cut by whoever resolves it, and not all agree on when. A slash that is encoded separates nothing.
    if (segments.some(segment => segment.includes('\0') || /(?:^|[/\\])\.\.?(?:$|[/\\])/.test(segment)))
      return undefined
    return segments.map(segment => segment.replaceAll('/', '%2F')).join('/')
  } catch {
    return undefined
  }
}

/** The path and query that the pod gets: without the first segments, if the route says so. */
export function onward({ raw }: Target, { strip, segments }: { strip: boolean; segments: number }): string {
  if (!strip || segments === 0) return raw
  const cut = new RegExp(`^(?:/+[^/?]*){${segments}}`).exec(raw)?.[0].length ?? 0
  return raw.slice(cut).replace(/^(?!\/)/, '/')
}
