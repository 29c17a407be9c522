// `pod.sleep`: puts a pod to sleep, which whoever connects wakes.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { enterEpoch } from '../tree/epochs.ts'
import { podHost } from './pod-host.ts'
import type { Site } from './verb.ts'

/**
 * One that sleeps already is left alone, and so is one whose reload is under way until that is over.
 * @throws {P8aError} `pod_not_found`, `pod_not_up` where it is not to be up, `unsupported` for a script and for a pod without
 *   ports, `pod_running` where a pod that is awake needs it, `old_epoch`, `no_space`, `save_failed`
 */
export async function sleep(site: Site, params: MethodParams<'pod.sleep'>): Promise<PodStatus> {
  const { supervisor } = site.pods.get(params.name)
  await enterEpoch(site.seams, supervisor, params.epoch)
  return await supervisor.keeping.sleep(podHost(site), params)
}
