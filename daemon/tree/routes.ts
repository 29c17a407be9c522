// Which pods have which routes: two that are to be up must not have the same one, or else a gateway could not tell whose it is.
import { P8aError } from '../../protocol/errors.ts'
import { joinPath, quote } from '../../protocol/names.ts'
import type { Route } from '../../protocol/route-schema.ts'
import type { Place } from './place.ts'

/** A pod or group by its path and name, and the routes that it has. `members`: the keys of the pods of a group. */
export type Routed = { key: string; routes: readonly Route[]; members?: ReadonlySet<string> }

/** The routes of all groups, and of all pods that are to be up, on these hosts. */
export function* routesAt(places: Iterable<Pick<Place, 'path' | 'pods'>>): Generator<Routed> {
  for (const { path, pods } of places) {
    for (const [name, { route, members }] of pods.groups.all) {
      const keys = new Set(Object.keys(members).map(pod => joinPath(path, pod)))
      if (route) yield { key: joinPath(path, name), routes: route, members: keys }
    }
    for (const { supervisor } of pods.values()) {
      const routes = supervisor.inForce?.config.route
      if (routes && supervisor.isWanted) yield { key: joinPath(path, supervisor.name), routes }
    }
  }
}

/**
 * A route that a group has may be that of its members too: then the group is meant.
 * @throws {P8aError} `route_taken`, with the pod or group that has it
 */
export function refuseTaken({ key, routes, members }: Routed, others: Iterable<Routed>): void {
  const all = [...others]
  const ofOwnGroups = all.filter(one => one.members?.has(key)).flatMap(({ routes }) => routes.map(({ at }) => at))
  const wanted = new Set(routes.map(({ at }) => at).filter(at => !ofOwnGroups.includes(at)))
  for (const other of all) {
    const taken = other.key === key ? undefined : other.routes.find(({ at }) => wanted.has(at))
    if (!taken) continue
    const what = `${members ? 'make group' : 'start pod'} ${quote(key)}`
    const holder = `${other.members ? 'group' : 'pod'} ${quote(other.key)}`
    throw new P8aError('route_taken', `Cannot ${what}: ${holder} has the route ${taken.at}`, {
      hint: other.members
        ? { text: 'That is a group: let this pod be a member, or name another route: --route HOST/PATH' }
        : [
            { text: 'Stop that pod first', do: { verb: 'stop', args: [other.key] } },
            members
              ? { text: 'or let it be a member, or name another route: --route HOST/PATH' }
              : { text: 'or name another route', do: { verb: 'start', args: [key], options: { route: 'HOST/PATH' } } },
          ],
      facts: { pod: key, route: taken.at, holder: { pod: other.key } },
    })
  }
}
