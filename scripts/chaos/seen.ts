// What a host says at a quiet point, and whether it has come to rest.
import { unsavedText } from '../../daemon/tree/unsaved.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import { isRestless } from './sorts.ts'
import type { ChaosPod, World } from './world.ts'

export type Seen = { info: HostInfo; pods: Map<string, PodStatus> }

/** Asks the host how it and all its pods are. */
export async function look(world: World): Promise<Seen> {
  const client = await world.host.client()
  try {
    const info = await client.call('host.info', {})
    const { pods } = await client.call('pod.list', {})
    return { info, pods: new Map(pods.map(pod => [pod.name, pod])) }
  } finally {
    client.close()
  }
}

/** Whether a pod is where its sort comes to rest, by what is wanted of it. */
export function isSettled({ sort, model }: ChaosPod, status: PodStatus | undefined): boolean {
  if (!status) return model.possible.includes(undefined)
  if (status.problem === unsavedText) return false
  if (status.want === 'idle') return status.status === 'idle' && status.runs.length === 0
  if (sort.settles === 'restless') return true
  const isTrying = status.retryAt !== undefined || status.runs.length > 0
  if (sort.settles === 'error') return status.status === 'error' && !isTrying
  // It may be up for a moment.
  if (sort.settles === 'trying') return isTrying && status.status !== 'waiting'
  if (status.text.includes('reload')) return false
  return status.status === 'up' && status.up === status.scale && status.runs.length === status.scale
}

/** The names of the pods that never come to rest. */
export function restlessNames(world: World): string[] {
  return world.pods.filter(({ sort }) => isRestless(sort)).map(({ name }) => name)
}
