// Names that mean several pods, and which of them gets a request. It reads what the pods say of themselves, and knows nothing of requests.
import { hash } from 'node:crypto'
import type { RouteOfPod } from './routes.ts'
import type { Shares } from './shares.ts'

/** What a pod's status says of the groups that it is in. */
export type Grouped = {
  groups?:
    | readonly {
        name: string
        weight: number
        sticky?: string | undefined
        route?: readonly RouteOfPod[] | undefined
      }[]
    | undefined
}

export type Member = { pod: string; weight: number }

/** `sticky`: `cookie`, `address` or `header:NAME`. */
export type Group = { members: Member[]; sticky: string | undefined; route: readonly RouteOfPod[] }

/** By name; the path of its host stands before it, as before the names of its pods. */
export function groupsOf(pods: Iterable<readonly [name: string, pod: Grouped]>): Map<string, Group> {
  const groups = new Map<string, Group>()
  for (const [pod, { groups: memberships = [] }] of pods) {
    const path = pod.slice(0, pod.lastIndexOf('.') + 1)
    for (const { name, weight, sticky, route = [] } of memberships) {
      const group = groups.get(path + name) ?? { members: [], sticky, route }
      group.members.push({ pod, weight })
      groups.set(path + name, group)
    }
  }
  return groups
}

/**
 * The member that gets a request: one with the same key gets the same member for as long as that is fit, and other weights move no more keys
 * than they must (weighted rendezvous hashing); those without a key are shared by the members as their weights say.
 * @param shares of the group, for requests without a key
 * @returns undefined if none is fit
 */
export function memberFor(
  { members }: Pick<Group, 'members'>,
  { isFit, key, shares }: { isFit: (pod: string) => boolean; key: string | undefined; shares: Shares },
): string | undefined {
  const fit = members.filter(({ pod, weight }) => weight > 0 && isFit(pod))
  return (key === undefined ? shares.next(fit) : highest(fit, key))?.pod
}

function highest(members: readonly Member[], key: string): Member | undefined {
  if (members.length < 2) return members[0]
  let best: Member | undefined
  let bestScore = 0
  for (const member of members) {
    const score = member.weight / -Math.log(fraction(`${key} ${member.pod}`))
    if (score > bestScore) [best, bestScore] = [member, score]
  }
  return best
}

/** A number between 0 and 1, without both, that a text always has. */
function fraction(text: string): number {
  return (hash('sha1', text, 'buffer').readUIntBE(0, 6) + 0.5) / 2 ** 48
}
