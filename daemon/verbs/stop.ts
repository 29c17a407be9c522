// `pod.stop`: ends all runs of a pod, or one run of a script, as backup.7.
import type { MethodParams } from '../../protocol/methods.ts'
import { parseRunId } from '../../protocol/names.ts'
import type { Stopped } from '../../protocol/words.ts'
import type { Desired } from '../store/desired.ts'
import { changePod } from '../tree/change-pod.ts'
import { holdHostsOf } from '../tree/hosts-of-pod.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { known } from './edit.ts'
import { findRun } from './find-run.ts'
import { stopNumbers } from './stop-numbers.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `no_space`, `save_failed` */
export async function stop(site: Site, params: MethodParams<'pod.stop'>): Promise<Stopped> {
  if (parseRunId(params.name) && !site.pods.find(params.name)) return await stopRun(site, params)
  const { supervisor } = site.pods.get(params.name)
  return supervisor.isScript ? await stopScript(site, supervisor, params) : await stopService(site, supervisor, params)
}

async function stopService(
  { daemon, ...place }: Site,
  supervisor: PodSupervisor,
  params: MethodParams<'pod.stop'>,
): Promise<Stopped> {
  const releaseDependents = await place.pods.holding.holdDependents(params.name)
  const release = await holdHostsOf(daemon.hosts, { path: place.path, pod: params.name })
  const ended = await supervisor
    .collectEnds(async () => {
      const edit = (desired: Desired | undefined): Desired => {
        place.seams.log.info('verb', 'stop', { pod: params.name })
        return { ...known(place.pods, supervisor, desired), want: 'idle' }
      }
      await changePod(place, params.name, edit).catch(async error => {
        await release()
        throw error
      })
      if (params.wait) await supervisor.until(() => !supervisor.hasRuns || supervisor.inForce?.desired.want === 'up')
    })
    .finally(releaseDependents)
  return { name: params.name, status: supervisor.state, ended }
}

/** Stops all runs of a script. */
async function stopScript(
  place: Place,
  supervisor: PodSupervisor,
  { name, wait }: MethodParams<'pod.stop'>,
): Promise<Stopped> {
  // It is wanted only for its schedule.
  if (supervisor.inForce?.desired.want === 'up')
    await changePod(place, name, desired => ({ ...known(place.pods, supervisor, desired), want: 'idle' }))
  place.seams.log.info('verb', 'stop', { pod: name })
  const ended = await stopNumbers(supervisor, [...supervisor.scripts.live.keys()], wait)
  return { name, status: supervisor.state, ended }
}

/** Stops one run; one that has ended already is told of. */
async function stopRun(place: Place, { name, wait }: MethodParams<'pod.stop'>): Promise<Stopped> {
  const { supervisor, number, record } = findRun(place.pods, name)
  const { scripts } = supervisor
  if (!scripts.live.has(number)) {
    const { code, signal, reason } = record.end ?? { code: null, signal: null, reason: 'lost' as const }
    const text = `${record.id} had ended already`
    return { name: supervisor.name, status: supervisor.state, ended: [{ run: record.id, code, signal, reason }], text }
  }
  place.seams.log.info('verb', 'stop', { pod: supervisor.name, run: record.id })
  const ended = await stopNumbers(supervisor, [number], wait)
  return { name: supervisor.name, status: supervisor.state, ended }
}
