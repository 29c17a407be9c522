// Which pod has which names and paths. It reads what the pods say of themselves, and finds the pod for a host name and a path.
// It knows nothing of requests.
import { isReady, type Known } from './wakes.ts'

/** What a pod's config says of one of its routes, as the host has read it: a host, and a path after it. */
export type RouteOfPod = {
  at: string
  strip?: boolean | undefined
  http?: 'h1' | 'h2c' | undefined
  /** Whether a rule of the gateway gives it, which no host has looked at. */
  isRuled?: boolean | undefined
}

/** A route and the pod that has it. `host`: `*` is any, `*.` before it any within. `segments`: how many its path has. */
export type Route = {
  host: string
  path: string
  strip: boolean
  http: 'h1' | 'h2c'
  pod: string
  isWanted: boolean
  isRuled: boolean
  segments: number
}

/** A rule gives a pod a route that another pod or group has, so that the pod does not get it. */
export type Clash = { at: string; pod: string; holder: string }

/** The part of a pod's status that tells its routes. */
export type Routed = Pick<Known, 'asleepSince' | 'elsewhere'> & {
  want: string
  status?: string
  config: { route?: readonly RouteOfPod[] | undefined; listen?: object | undefined }
}

/** A group, with the routes that it has. */
export type RoutedGroup = { route: readonly RouteOfPod[]; members: readonly { pod: string }[] }

/** What other pods have within what a wildcard is for. They go first. `at`: as they have it. */
export type Exception = { at: string; pod: string }

export type Routes = {
  /** All of them, in the order of their hosts. */
  all: readonly Route[]
  clashes: readonly Clash[]
  /**
   * The route for a host name (lower case, without a port) and the path of a request, whose segments are decoded: the exact host
   * before the longest wildcard, and of these the longest path. What the one has no path for is looked for in the next.
   */
  find(host: string, path: string): Route | undefined
  /** Empty for a route that is no wildcard. */
  exceptionsOf(route: Route): readonly Exception[]
}

/** @param groups go before the pods that have the same route */
export function routesOf(
  pods: Iterable<readonly [name: string, pod: Routed]>,
  groups: Iterable<readonly [name: string, group: RoutedGroup]> = [],
): Routes {
  const byHost = new Map<string, Route[]>()
  const ofGroups = [...groups]
  const podOf = new Map(pods)
  const members = new Map(ofGroups.map(([name, { members }]) => [name, new Set(members.map(({ pod }) => pod))]))
  const all = [
    ...ofGroups.map(([name, { route }]) => ({ pod: name, route, want: 'up' })),
    ...[...podOf].map(([name, { config, want }]) => ({ pod: name, route: config.route ?? [], want })),
  ]
  for (const { pod, route: own, want } of all) {
    for (const { at, strip = false, http = 'h1', isRuled = false } of own) {
      const [, host = '', path = ''] = /^([^/]*)(.*)$/.exec(at) ?? []
      const route = {
        host,
        path: path || '/',
        strip,
        http,
        pod,
        isWanted: want === 'up',
        isRuled,
        segments: path.split('/').filter(Boolean).length,
      }
      byHost.set(host, [...(byHost.get(host) ?? []), route])
    }
  }
  // Of two pods with one route, a host lets only one be up; what a rule says gives way to what a pod says.
  for (const routes of byHost.values()) routes.sort((a, b) => inOrder(a, b, name => podOf.get(name)))
  return {
    all: [...byHost.keys()].sort().flatMap(host => byHost.get(host) ?? []),
    clashes: [...byHost.values()].flatMap(routes => clashesIn(routes, members)),
    find: (host, path) => {
      for (const candidate of hostsFor(host)) {
        const found = byHost.get(candidate)?.find(route => isWithin(path, route.path))
        if (found) return found
      }
      return undefined
    },
    exceptionsOf: ({ host, path, pod }) => {
      const hosts = host.startsWith('*') ? [...byHost.keys()].filter(other => other.endsWith(host.slice(1))) : []
      const within = hosts.sort().flatMap(other => (other === host ? [] : (byHost.get(other) ?? [])))
      return within
        .filter(other => other.pod !== pod && other.isWanted && meets(other.path, path))
        .map(other => ({ at: textOf(other), pod: other.pod }))
    },
  }
}

/** Whether there is a path that is within both. */
const meets = (a: string, b: string) => isWithin(a, b) || isWithin(b, a)

/** A route as it is written. */
export const textOf = ({ host, path }: Pick<Route, 'host' | 'path'>) => host + (path === '/' ? '' : path)

function inOrder(a: Route, b: Route, podOf: (name: string) => Routed | undefined): number {
  const byName = a.isRuled && b.isRuled ? Number(a.pod > b.pod) - Number(a.pod < b.pod) : 0
  return (
    b.path.length - a.path.length ||
    Number(b.isWanted) - Number(a.isWanted) ||
    Number(a.isRuled) - Number(b.isRuled) ||
    nearestFirst(podOf(a.pod), podOf(b.pod)) ||
    byName
  )
}

/** What a pod has on other machines is for when what is here takes nothing. */
function nearestFirst(a: Routed | undefined, b: Routed | undefined): number {
  if ((a?.elsewhere === undefined) === (b?.elsewhere === undefined)) return 0
  const rank = (pod: Routed | undefined) => (!pod || isReady(pod) ? 0 : 2) + (pod?.elsewhere ? 1 : 0)
  return rank(a) - rank(b)
}

/** Of routes in their order. A member may have a route of its group. */
function clashesIn(routes: readonly Route[], members: ReadonlyMap<string, ReadonlySet<string>>): Clash[] {
  const holders = new Map<string, string>()
  return routes.flatMap(({ host, path, pod, isRuled, isWanted }) => {
    const holder = holders.get(path)
    if (holder === undefined) holders.set(path, pod)
    const isClash = holder !== undefined && holder !== pod && isRuled && isWanted && !members.get(holder)?.has(pod)
    return isClash ? [{ at: textOf({ host, path }), pod, holder }] : []
  })
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
