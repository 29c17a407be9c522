// `pod.group`: sets which pods a name means, and what share of calls and requests each gets.
import { P8aError } from '../../protocol/errors.ts'
import type { Group } from '../../protocol/group.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { checkName, joinPath, quote } from '../../protocol/names.ts'
import { writeGroups } from '../store/groups-file.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import { refuseTaken, routesAt } from '../tree/routes.ts'
import type { Site } from './verb.ts'

/** A pod that is gone is in no group, and a group that is left without any weight is none. */
export async function leaveGroups({ pods, seams }: Place, pod: string): Promise<void> {
  if (pods.groups.of(pod).length === 0) return
  await pods.turns.take(turn, async () => {
    const left = [...pods.groups.all].flatMap(([name, group]) => {
      const { [pod]: _, ...members } = group.members
      return Object.values(members).some(weight => weight > 0) ? [[name, { ...group, members }] as const] : []
    })
    await writeGroups(seams.paths, new Map(left)).catch(error =>
      seams.log.warn('files', 'a removed pod is still in the groups on disk', { pod, err: error }),
    )
    pods.groups.replace(new Map(left))
  })
}

/** A name of no pod, under which changes of groups take their turn. */
const turn = 'groups.json'

/** @throws {P8aError} `bad_name`, `pod_exists`, `pod_not_found`, `bad_params`, `unsupported` for a script, `route_taken`, `no_space`, `save_failed` */
export async function group(site: Site, params: MethodParams<'pod.group'>): Promise<MethodResults['pod.group']> {
  const { members, sticky, route } = params
  const name = checkName(params.name, 'group')
  const { pods, seams } = site
  return await pods.turns.take(turn, async () => {
    const groups = new Map(pods.groups.all)
    if (Object.keys(members).length === 0) {
      if (!groups.delete(name)) throw unknownGroup(pods, name)
    } else {
      const set: Group = { members, ...(sticky !== undefined && { sticky }), ...(route !== undefined && { route }) }
      checkMembers(pods, name, members)
      if (route) refuseTakenBy(site, { name, route, members })
      groups.set(name, set)
    }
    await writeGroups(seams.paths, groups)
    seams.log.info('verb', `group ${name} is ${Object.keys(members).length === 0 ? 'removed' : textOf(members)}`)
    pods.groups.replace(groups)
    return { name, members }
  })
}

function checkMembers(pods: Pods, name: string, members: Group['members']): void {
  if (pods.find(name) && !(name in members)) {
    throw new P8aError('pod_exists', `Cannot make group ${quote(name)}: a pod has that name, and would not be in it`, {
      hint: 'Take another name, or let that pod be a member',
      facts: { pod: name },
    })
  }
  for (const pod of Object.keys(members)) pods.get(pod).supervisor.keeping.refuseGroup(name)
  if (Object.values(members).some(weight => weight > 0)) return
  throw new P8aError('bad_params', `Cannot make group ${quote(name)}: its weights are 0 in total`, {
    hint: 'Give at least one of its pods a weight, such as 100',
    facts: { group: name },
  })
}

/** Its members may have the same routes: where they do, the group is meant. */
function refuseTakenBy(
  { path, daemon }: Site,
  { name, route, members }: { name: string; route: NonNullable<Group['route']>; members: Group['members'] },
): void {
  const { hosts } = daemon
  const own = new Set([name, ...Object.keys(members)].map(pod => joinPath(path, pod)))
  const others = [...routesAt([hosts.root, ...hosts.all()])].filter(({ key }) => !own.has(key))
  refuseTaken({ key: joinPath(path, name), routes: route, members: own }, others)
}

const textOf = (members: Group['members']) =>
  Object.entries(members)
    .map(([pod, weight]) => `${pod}=${weight}`)
    .join(' ')

function unknownGroup({ groups }: Pods, name: string): P8aError {
  const names = [...groups.all.keys()].sort()
  return new P8aError('pod_not_found', `There is no group ${quote(name)}`, {
    hint: names.length > 0 ? `There are: ${names.join(', ')}` : 'There are no groups',
    facts: { group: name },
  })
}
