// A host as what keeps a pod's runs knows it: what it may ask of the host for its pod.
import { P8aError } from '../../protocol/errors.ts'
import { joinPath, quote } from '../../protocol/names.ts'
import { refuseUnheld } from '../bounds/groups.ts'
import { refuseUnisolated } from '../bounds/levels.ts'
import { refuseUser } from '../bounds/user.ts'
import { isKept } from '../pod/service-order.ts'
import { changePod } from '../tree/change-pod.ts'
import { holdHostsOf } from '../tree/hosts-of-pod.ts'
import type { PodHost } from '../tree/keeping/keeping.ts'
import { needsOf } from '../tree/needs.ts'
import { refuseTaken, routesAt } from '../tree/routes.ts'
import { known } from './known.ts'
import { configFor, inForceWith, profiled } from './profiled.ts'
import type { Site } from './verb.ts'

export function podHost(site: Site): PodHost {
  const { path, seams, pods, daemon } = site
  return {
    path,
    seams,
    find: name => pods.find(name)?.supervisor,
    change: async (pod, edit, options) => {
      await changePod(site, pod.name, desired => edit(known(pods, pod, desired)), options)
    },
    configOf: async ({ name }, desired) => await configFor(site, name, desired),
    profiled: async ({ name }, desired) => await profiled(site, name, desired),
    checkReach: async ({ name }, desired) => {
      const { image, config } = await inForceWith(site, name, desired)
      const { listen, route, sleep = 0, min, max, isolate, limits, user, stopTo } = config
      refuseUnheld(name, limits)
      const isNode = !isKept(image)
      await refuseUnisolated({ name, isolate, isNode, user, listens: listen !== undefined, stopTo })
      await refuseUser(seams, { name, user, isNode, isBoxed: isolate?.by === 'sandbox' })
      if (sleep > 0 && !listen) throw sleepless(name)
      if (route && route.length > 0 && !listen) throw unreachable(name)
      if (min !== undefined && max !== undefined && min > max) throw beyondMost(name, min, max)
      if (route) {
        const { hosts } = daemon
        refuseTaken({ key: joinPath(path, name), routes: route }, routesAt([hosts.root, ...hosts.all()]))
      }
      if (listen) await daemon.ports.check({ key: joinPath(path, name), pod: seams.paths.pod(name), user }, listen)
    },
    wake: ({ name }) => {
      const found = pods.find(name)
      if (found) site.sleepers.want(found.supervisor)
    },
    putToSleep: async ({ name }, options) =>
      await site.sleepers.putToSleep(pods.get(name).supervisor, { ...options, isForced: true }),
    awakeWith: ({ name }) =>
      [...pods.values()].flatMap(({ supervisor }) =>
        supervisor.isWanted && needsOf(supervisor).includes(name) ? [supervisor.name] : [],
      ),
    portsSettled: async ({ name }) => await daemon.ports.settled(joinPath(path, name)),
    portsCovered: async ({ name }) => {
      await daemon.ports.settled(joinPath(path, name))
      await daemon.ports.cover(joinPath(path, name))
    },
    holdDependents: async ({ name }) => await pods.holding.holdDependents(name),
    holdHosts: async ({ name }) => await holdHostsOf(daemon.hosts, { path, pod: name }),
  }
}

function beyondMost(name: string, min: number, max: number): P8aError {
  return new P8aError(
    'bad_config',
    `Cannot use the config: pod ${quote(name)} has a min of ${min}, and a max of ${max}`,
    {
      hint: 'Let max be as large as min, or larger',
      facts: { pod: name, key: 'min' },
    },
  )
}

function sleepless(name: string): P8aError {
  return new P8aError(
    'bad_config',
    `Cannot use the config: pod ${quote(name)} has sleep, and no port: nothing could wake it`,
    {
      hint: 'Let the host hold a port for it, by listen in its config or --listen at its start; or turn sleep off, by --sleep 0',
      facts: { pod: name, key: 'sleep' },
    },
  )
}

function unreachable(name: string): P8aError {
  return new P8aError(
    'bad_config',
    `Cannot use the config: pod ${quote(name)} has a route, and no port: no gateway could reach it`,
    {
      hint: 'Let the host hold a port for it, by listen in its config or --listen at its start, such as --listen unix',
      facts: { pod: name, key: 'route' },
    },
  )
}
