// `pod.stop`: ends all runs of a pod, or one run of a script, as backup.7.
import type { MethodParams } from '../../protocol/methods.ts'
import { parseRunId } from '../../protocol/names.ts'
import type { Stopped } from '../../protocol/words.ts'
import { stopRuns } from '../tree/keeping/script-stop.ts'
import type { Place } from '../tree/place.ts'
import { findRun } from './find-run.ts'
import { podHost } from './pod-host.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `no_space`, `save_failed` */
export async function stop(site: Site, params: MethodParams<'pod.stop'>): Promise<Stopped> {
  if (parseRunId(params.name) && !site.pods.find(params.name)) return await stopRun(site, params)
  return await site.pods.get(params.name).supervisor.keeping.stop(podHost(site), params)
}

/** Stops one run; one that has ended already is told of. */
async function stopRun(place: Place, { name, wait }: MethodParams<'pod.stop'>): Promise<Stopped> {
  const { supervisor, runs, number, record } = findRun(place.pods, name)
  if (!runs.live.has(number)) {
    const { code, signal, reason } = record.end ?? { code: null, signal: null, reason: 'lost' as const }
    const text = `${record.id} had ended already`
    return { name: supervisor.name, status: supervisor.state, ended: [{ run: record.id, code, signal, reason }], text }
  }
  place.seams.log.info('verb', 'stop', { pod: supervisor.name, run: record.id })
  const ended = await stopRuns({ pod: supervisor, runs }, [number], wait)
  return { name: supervisor.name, status: supervisor.state, ended }
}
