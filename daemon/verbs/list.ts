// `pod.list`: how all pods are, by name, or a page of them.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { favorSpeedOf } from '../system/memory.ts'
import { pageOf } from './pages.ts'
import { endlessRoom } from './room.ts'
import { addUsage } from './usage.ts'
import type { Caller, Site } from './verb.ts'

/** What a status takes while it waits for its usage, about. */
const statusBytes = 4096

export async function list(
  site: Site,
  { usage, ...wanted }: MethodParams<'pod.list'>,
  { room = endlessRoom }: Pick<Caller<'pod.list'>, 'room'>,
): Promise<MethodResults['pod.list']> {
  const known = site.pods.all()
  favorSpeedOf(known.length)
  const { page: all, ...more } = pageOf(known, ({ supervisor }) => supervisor.name, wanted)
  const statuses = () => all.map(({ supervisor }) => supervisor.keeping.status(site))
  if (!usage) return { pods: statuses(), ...more }
  return await room(all.length * statusBytes, async () => {
    const pods = statuses()
    await Promise.all(
      pods.map(async (status, at) => {
        const runs = all[at]?.supervisor.runs ?? new Map()
        await addUsage(status, { ...site.daemon, runs })
      }),
    )
    return { pods, ...more }
  })
}
