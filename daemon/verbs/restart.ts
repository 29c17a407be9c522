// `pod.restart`: ends all runs of a pod, and begins them anew with the newest version, or another.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { noted } from './deploys.ts'
import { podHost } from './pod-host.ts'
import type { Caller, Site } from './verb.ts'

/**
 * @throws {P8aError} `pod_not_found`, `unsupported` for a script, `version_not_found`, `start_failed`, `state_broken`,
 *   `no_space`, `save_failed`
 */
export async function restart(
  site: Site,
  params: MethodParams<'pod.restart'>,
  { by }: Caller<'pod.restart'>,
): Promise<PodStatus> {
  const { supervisor } = site.pods.get(params.name)
  const begun = { kind: 'restart', by: by.name, waits: params.wait } as const
  return await noted(site, supervisor, begun, () => supervisor.keeping.restart(podHost(site), params))
}
