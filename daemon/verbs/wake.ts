// `pod.wake`: sees to it that a pod is up, however many ask for that at once.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { enterEpoch } from '../tree/epochs.ts'
import { podHost } from './pod-host.ts'
import type { Site } from './verb.ts'

/**
 * One that is idle, or was given up, is started as it was started last, with the version that it had. One that is up is answered
 * at once; one that is on its way there, or waits for its next attempt, is waited for.
 * @throws {P8aError} `pod_not_found`, `unsupported` for a script, `start_failed`, `state_broken`, `old_epoch`, `no_space`, `save_failed`
 */
export async function wake(site: Site, params: MethodParams<'pod.wake'>): Promise<PodStatus> {
  const { supervisor } = site.pods.get(params.name)
  await enterEpoch(site.seams, supervisor, params.epoch)
  return await supervisor.keeping.wake(podHost(site), params)
}
