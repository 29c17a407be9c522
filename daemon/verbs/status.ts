// `pod.status`: how a pod is.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { wholeStatusOf } from '../tree/pod-status.ts'
import { addUsage } from './usage.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found` */
export async function status(site: Site, { name, usage }: MethodParams<'pod.status'>): Promise<PodStatus> {
  const { supervisor } = site.pods.get(name)
  const status = wholeStatusOf(site, supervisor)
  if (usage) await addUsage(status, { ...site.daemon, runs: supervisor.runs })
  return status
}
