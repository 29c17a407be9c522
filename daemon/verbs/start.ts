// `pod.start`: begins a pod with its newest version, or another; of a script, a run.
import type { MethodParams } from '../../protocol/methods.ts'
import type { Started } from '../../protocol/words.ts'
import { givenTo } from '../tree/keeping/service-start.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { noted } from './deploys.ts'
import { refuseBeyond } from './may.ts'
import { refuseOfVersion } from './of-version.ts'
import { podHost } from './pod-host.ts'
import { queueIsStopped, queueIsUp } from './queue-pod.ts'
import type { Caller, Site } from './verb.ts'

/**
 * @throws {P8aError} `pod_not_found`, `pod_running`, `version_not_found`, `forbidden` for a `may` beyond the asker's,
 *   `start_failed`, `state_broken`, `no_space`, `save_failed`; of a script `bad_interpreter`, `bad_config`, `host_gone`
 */
export async function start(
  site: Site,
  params: MethodParams<'pod.start'>,
  { by }: Caller<'pod.start'>,
): Promise<Started> {
  refuseBeyond(by, params.name, params.config)
  refuseOfVersion(params.name, params.config)
  const { supervisor } = site.pods.get(params.name)
  // A queue that somebody stopped stays so, and its items wait for it.
  if ((await isWorkerThen(site, supervisor, params)) && !queueIsStopped(site)) await queueIsUp(site)
  const begun = { kind: 'start', by: by.name, waits: params.wait } as const
  const started = await noted(site, supervisor, begun, () => supervisor.keeping.start(podHost(site), params))
  await supervisor.scheduled
  const { nextAt } = supervisor
  return nextAt === undefined ? started : { ...started, nextAt }
}

/** Whether it is a worker once it is started so. */
async function isWorkerThen(
  site: Site,
  supervisor: PodSupervisor,
  params: MethodParams<'pod.start'>,
): Promise<boolean> {
  const { name, version } = params
  const desired = supervisor.inForce?.desired
  const wanted = version ?? desired?.images.at(-1)?.version
  if (!desired?.images.some(image => image.version === wanted)) return false
  return (
    (
      await podHost(site).configOf(
        { name },
        { ...desired, version: wanted ?? 0, config: givenTo(params, desired).config },
      )
    ).kind === 'worker'
  )
}
