// Which pod has which names and paths. It reads what the pods say of themselves, and finds the pod for a host name and a path.
// It knows nothing of requests.

/** What a pod's config says of one of its routes, as the host has read it: a host, and a path after it. */
export type RouteOfPod = { at: string; strip?: boolean | undefined; http?: 'h1' | 'h2c' | undefined }

/** A route and the pod that has it. `host`: `*` is any, `*.` before it any within. `segments`: how many its path has. */
export type Route = {
  host: string
  path: string
  strip: boolean
  http: 'h1' | 'h2c'
  pod: string
  isWanted: boolean
  segments: number
}

/** The part of a pod's status that tells its routes. */
export type Routed = {
  want: string
  config: { route?: readonly RouteOfPod[] | undefined; listen?: object | undefined }
}

export type Routes = {
  /** All of them, in the order of their hosts. */
  all: readonly Route[]
  /**
   * The route for a host name (lower case, without a port) and the path of a request, whose segments are decoded: the exact host
   * before the longest wildcard, and of these the longest path. What the one has no path for is looked for in the next.
   */
  find(host: string, path: string): Route | undefined
}

/** @param groups go before the pods that have the same route */
export function routesOf(
  pods: Iterable<readonly [name: string, pod: Routed]>,
  groups: Iterable<readonly [name: string, group: { route: readonly RouteOfPod[] }]> = [],
): Routes {
  const byHost = new Map<string, Route[]>()
  const all = [
    ...[...groups].map(([name, { route }]) => ({ pod: name, route, want: 'up' })),
    ...[...pods].map(([name, { config, want }]) => ({ pod: name, route: config.route ?? [], want })),
  ]
  for (const { pod, route: own, want } of all) {
    for (const { at, strip = false, http = 'h1' } of own) {
      const [, host = '', path = ''] = /^([^/]*)(.*)$/.exec(at) ?? []
      const route = {
        host,
        path: path || '/',
        strip,
        http,
        pod,
        isWanted: want === 'up',
        segments: path.split('/').filter(Boolean).length,
      }
      byHost.set(host, [...(byHost.get(host) ?? []), route])
    }
  }
  // Of two pods with one route, a host lets only one be up.
  for (const routes of byHost.values()) {
    routes.sort((a, b) => b.path.length - a.path.length || Number(b.isWanted) - Number(a.isWanted))
  }
  return {
    all: [...byHost.keys()].sort().flatMap(host => byHost.get(host) ?? []),
    find: (host, path) => {
      for (const candidate of hostsFor(host)) {
        const found = byHost.get(candidate)?.find(route => isWithin(path, route.path))
        if (found) return found
      }
      return undefined
    },
  }
}

/** `a.b.c`, `*.b.c`, `*.c`, `*`. */
function* hostsFor(host: string): Generator<string> {
  yield host
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) yield `*${host.slice(dot)}`
  yield '*'
}

/** Whether a path is that of a route, or lies below it: `/api/x` is within `/api`, `/apis` is not. */
function isWithin(path: string, route: string): boolean {
  if (route === '/' || path === route) return true
  return path.startsWith(route) && (route.endsWith('/') || path[route.length] === '/')
}

/**
 * The pod that a host name without a route means by its first labels: `web.example.com` under `example.com` is the pod `web`,
 * `web.inner.example.com` the pod `inner.web`.
 */
export function podNamed(host: string, domain: string): string | undefined {
  if (!host.endsWith(`.${domain}`)) return undefined
  return host
    .slice(0, -domain.length - 1)
    .split('.')
    .reverse()
    .join('.')
}
