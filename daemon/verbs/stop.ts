// `pod.stop`: ends all runs of a pod, or one run of a script, as backup.7.
import type { MethodParams } from '../../protocol/methods.ts'
import { parseRunId } from '../../protocol/names.ts'
import type { Stopped } from '../../protocol/words.ts'
import type { Desired } from '../store/desired.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { known } from './edit.ts'
import { findRun } from './find-run.ts'
import { stopNumbers } from './stop-numbers.ts'

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `no_space`, `save_failed` */
export async function stop(place: Place, params: MethodParams<'pod.stop'>): Promise<Stopped> {
  if (parseRunId(params.name) && !place.pods.find(params.name)) return await stopRun(place, params)
  const { supervisor } = place.pods.get(params.name)
  return supervisor.isScript
    ? await stopScript(place, supervisor, params)
    : await stopService(place, supervisor, params)
}

async function stopService(
  place: Place,
  supervisor: PodSupervisor,
  params: MethodParams<'pod.stop'>,
): Promise<Stopped> {
  const releaseDependents = await place.pods.holding.holdDependents(params.name)
  const release = await place.pods.onStopping(params.name)
  const ended = await supervisor
    .collectEnds(async () => {
      const edit = (desired: Desired | undefined): Desired => {
        place.seams.log.info('verb', 'stop', { pod: params.name })
        return { ...known(place.pods, supervisor, desired), want: 'idle' }
      }
      await place.pods.change(params.name, edit).catch(async error => {
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
    await place.pods.change(name, desired => ({ ...known(place.pods, supervisor, desired), want: 'idle' }))
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
