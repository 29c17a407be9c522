// `pod.rollback`: reloads a pod to what was up before.
import type { PodConfig } from '../../protocol/config.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { noted } from './deploys.ts'
import { refuseBeyond } from './may.ts'
import { podHost } from './pod-host.ts'
import type { Caller, Site } from './verb.ts'

/**
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `unsupported` for a script, `version_not_found`, `forbidden` for a `may` of
 *   then beyond the asker's, `start_failed`, `state_broken`, `no_space`, `save_failed`
 */
export async function rollback(
  site: Site,
  params: MethodParams<'pod.rollback'>,
  { by }: Caller<'pod.rollback'>,
): Promise<PodStatus> {
  // What was allowed once may have been taken away since.
  const check = (config: PodConfig) => refuseBeyond(by, params.name, config)
  const { supervisor } = site.pods.get(params.name)
  const begun = { kind: 'rollback', by: by.name, waits: params.wait } as const
  return await noted(site, supervisor, begun, () => supervisor.keeping.rollback(podHost(site), params, check))
}
