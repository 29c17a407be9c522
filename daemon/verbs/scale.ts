// `pod.scale`: sets how many runs a pod has.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Desired } from '../store/desired.ts'
import { podHost } from './pod-host.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function scale(site: Site, params: MethodParams<'pod.scale'>): Promise<PodStatus> {
  const { supervisor } = site.pods.get(params.name)
  const host = podHost(site)
  const edit = (desired: Desired): Desired => {
    site.seams.log.info('verb', `scale to ${params.scale}`, { pod: params.name })
    const isWorker = supervisor.inForce?.config.kind === 'worker'
    return { ...desired, ...(isWorker ? { grown: params.scale } : { scale: params.scale }) }
  }
  // What it has too many may be what fills the disk.
  const needsRoom = params.scale >= (supervisor.inForce?.scale ?? 0)
  await host.change(supervisor, edit, { needsRoom })
  return await supervisor.keeping.onScaled(host, params)
}
