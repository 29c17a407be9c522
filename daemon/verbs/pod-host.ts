// A host as what keeps a pod's runs knows it: what it may ask of the host for its pod.
import { joinPath } from '../../protocol/names.ts'
import { changePod } from '../tree/change-pod.ts'
import { holdHostsOf } from '../tree/hosts-of-pod.ts'
import type { PodHost } from '../tree/keeping/keeping.ts'
import { needsOf } from '../tree/needs.ts'
import { checkReach } from './check-reach.ts'
import { known } from './known.ts'
import { configFor, profiled } from './profiled.ts'
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
    checkReach: async ({ name }, desired) => await checkReach(site, name, desired),
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
