// A host as what keeps a pod's runs knows it: what it may ask of the host for its pod.
import { changePod } from '../tree/change-pod.ts'
import { holdHostsOf } from '../tree/hosts-of-pod.ts'
import type { PodHost } from '../tree/keeping/keeping.ts'
import { known } from './known.ts'
import type { Site } from './verb.ts'

export function podHost(site: Site): PodHost {
  const { path, seams, pods, daemon } = site
  return {
    path,
    seams,
    find: name => pods.find(name)?.supervisor,
    change: async (pod, edit) => {
      await changePod(site, pod.name, desired => edit(known(pods, pod, desired)))
    },
    holdDependents: async ({ name }) => await pods.holding.holdDependents(name),
    holdHosts: async ({ name }) => await holdHostsOf(daemon.hosts, { path, pod: name }),
  }
}
