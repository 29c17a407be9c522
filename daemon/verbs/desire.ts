// The verbs that change what is wanted of a pod: start, stop, restart, scale. Each edits the desired state and waits for
// what comes of it; bringing it about is the supervisor's matter.
import { P8aError } from '../../protocol/errors.ts'
import type { Hint } from '../../protocol/hint.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { parseRunId, quote } from '../../protocol/names.ts'
import type { PodStatus, Started, Stopped } from '../../protocol/words.ts'
import type { PodSupervisor } from '../pod/supervisor.ts'
import type { Desired } from '../store/desired.ts'
import { checkSchedule } from '../tree/cron.ts'
import { needsOf, refuseCycle } from '../tree/needs.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import { refuseScriptParams, scheduleScript, startScript, stopRun, stopScript } from './script.ts'
import { statusOf } from './status.ts'

/** @throws {P8aError} `pod_not_found`, `pod_running`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function start(place: Place, params: MethodParams<'pod.start'>): Promise<Started> {
  const { supervisor } = place.pods.get(params.name)
  if (supervisor.isScript) {
    if (params.config.schedule) return await scheduleScript(place, params)
    return await startScript(place, supervisor, params)
  }
  refuseScriptParams(params)
  const { scale, ...config } = params.config
  await checkSchedule(config.schedule)
  const wasRunning = runs(supervisor)
  const generation = supervisor.inForce?.desired.generation
  await startNeeds(place, { name: params.name, needs: config.needs })
  let dropped: string[] = []
  await place.pods.change(params.name, desired => {
    // One that waited for what it needs is begun by that, as it was asked for before; what is asked for now is in its place.
    if (wasRunning || desired?.generation !== generation) refuseRunning(supervisor)
    const before = known(place.pods, supervisor, desired)
    dropped = droppedBy(params, before)
    const next: Desired = { ...before, params: params.params, config, want: 'up' }
    place.seams.log.info('verb', 'start', { pod: params.name, params: Object.keys(params.params) })
    return renewed(scale === undefined ? next : { ...next, scale })
  })
  const status = await outcome(place, supervisor, params.wait)
  return { ...status, ...(dropped.length > 0 && { dropped }) }
}

/** What it was given the last time, where it is given nothing now: its params as options are written, and its config. */
function droppedBy({ params, config }: MethodParams<'pod.start'>, before: Desired): string[] {
  const { scale: _, ...rest } = config
  if (Object.keys(params).length + Object.keys(rest).length > 0) return []
  return [...Object.keys(before.params), ...Object.keys(before.config)]
}

/** @throws {P8aError} `pod_not_found`, `no_space`, `save_failed` */
export async function stop(place: Place, params: MethodParams<'pod.stop'>): Promise<Stopped> {
  if (parseRunId(params.name) && !place.pods.find(params.name)) return await stopRun(place, params)
  const { supervisor } = place.pods.get(params.name)
  if (supervisor.isScript) {
    // It is wanted only for its schedule.
    if (supervisor.inForce?.desired.want === 'up')
      await place.pods.change(params.name, desired => ({ ...known(place.pods, supervisor, desired), want: 'idle' }))
    return await stopScript(place, supervisor, params.wait)
  }
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

/** @throws {P8aError} as {@link start} */
export async function restart(place: Place, params: MethodParams<'pod.restart'>): Promise<PodStatus> {
  const { supervisor } = place.pods.get(params.name)
  if (supervisor.isScript) throw noRestart(supervisor)
  await place.pods.change(params.name, desired => {
    place.seams.log.info('verb', 'restart', { pod: params.name })
    return renewed({ ...known(place.pods, supervisor, desired), want: 'up' })
  })
  // Those of the newest version, which is in force now; it waits for them.
  await startNeeds(place, { name: params.name, needs: undefined })
  return await outcome(place, supervisor, params.wait)
}

/** @throws {P8aError} as {@link start} */
export async function scale(place: Place, params: MethodParams<'pod.scale'>): Promise<PodStatus> {
  const { supervisor } = place.pods.get(params.name)
  await place.pods.change(params.name, desired => {
    place.seams.log.info('verb', `scale to ${params.scale}`, { pod: params.name })
    return { ...known(place.pods, supervisor, desired), scale: params.scale }
  })
  if (supervisor.isScript) {
    supervisor.scripts.onCapChanged()
    return await statusOf(place, supervisor)
  }
  return await outcome(place, supervisor, params.wait, () => !hasSurplus(supervisor))
}

/** Runs beyond what is wanted now, which may be more than this verb asked for. */
function hasSurplus(supervisor: PodSupervisor): boolean {
  const scale = supervisor.inForce?.scale ?? 0
  return [...supervisor.runs.values()].some(live => live.slot >= scale)
}

/** What a pod needs is started before it, as it was started last, and is up by then. */
async function startNeeds(
  place: Place,
  { name, needs: given }: { name: string; needs: readonly string[] | undefined },
): Promise<void> {
  const needs = given ?? needsOf(place.pods.get(name).supervisor)
  const graph = (other: string) => {
    const found = place.pods.find(other)
    return found ? needsOf(found.supervisor) : []
  }
  refuseCycle(name, needs, graph)
  for (const need of needs) {
    const { supervisor } = place.pods.find(need) ?? {}
    if (!supervisor || supervisor.isScript) throw noNeed(name, need, supervisor !== undefined)
    await startNeeds(place, { name: need, needs: undefined })
    if (supervisor.inForce?.desired.want !== 'up' || supervisor.state === 'error') {
      await place.pods.change(need, desired => {
        place.seams.log.info('verb', `start, since ${name} needs it`, { pod: need })
        return renewed({ ...known(place.pods, supervisor, desired), want: 'up' })
      })
    }
    await outcome(place, supervisor, true)
  }
}

function noNeed(name: string, need: string, isScript: boolean): P8aError {
  const why = isScript ? 'that is a script, which is never up' : 'there is no such pod'
  return new P8aError('start_failed', `Cannot start pod ${quote(name)}: it needs ${quote(need)}, and ${why}`, {
    hint: { text: 'Push it first', do: { verb: 'push', args: [need, 'FILE'] } },
    facts: { pod: name, need },
  })
}

function noRestart({ name }: PodSupervisor): P8aError {
  return new P8aError('unsupported', `Cannot restart pod ${quote(name)}: each start of a script is a run of its own`, {
    hint: { text: 'Start it', do: { verb: 'start', args: [name] } },
    facts: { pod: name },
  })
}

function known(pods: Pods, supervisor: PodSupervisor, desired: Desired | undefined): Desired {
  if (pods.get(supervisor.name).supervisor !== supervisor) {
    throw new P8aError('pod_not_found', `Pod ${quote(supervisor.name)} was removed and pushed again meanwhile`, {
      hint: 'Try again',
      facts: { pod: supervisor.name },
    })
  }
  if (desired) return desired
  throw new P8aError(
    'state_broken',
    supervisor.problem ?? `Cannot use pod ${quote(supervisor.name)}: its files cannot be read`,
    {
      hint: {
        text: 'Mend its pod.json, push it again, or remove it',
        do: { verb: 'remove', args: [supervisor.name], options: { force: true } },
      },
      facts: { pod: supervisor.name },
    },
  )
}

/** The newest version, begun anew: what was before does not count. */
function renewed(desired: Desired): Desired {
  return { ...desired, version: desired.images.at(-1)?.version ?? 0, generation: desired.generation + 1 }
}

/** Whether it is up, or on its way there. */
function runs(supervisor: PodSupervisor): boolean {
  const isStarting = [...supervisor.slots.values()].some(slot => slot.at === 'spawning' || slot.at === 'starting')
  return supervisor.inForce?.desired.want === 'up' && (supervisor.state === 'up' || isStarting)
}

function refuseRunning(supervisor: PodSupervisor): void {
  if (!runs(supervisor)) return
  throw new P8aError(
    'pod_running',
    `Cannot start pod ${quote(supervisor.name)}: it is ${supervisor.state === 'up' ? 'up' : 'starting'}`,
    {
      hint: [
        { text: 'To start it anew as it is', do: { verb: 'restart', args: [supervisor.name] } },
        { text: 'to give it other params or options, stop it first' },
      ],
      facts: { pod: supervisor.name, status: supervisor.state },
    },
  )
}

async function outcome(
  place: Place,
  supervisor: PodSupervisor,
  wait: boolean,
  isSettled = () => true,
): Promise<PodStatus> {
  if (!wait) return await statusOf(place, supervisor)
  const wasWanted = supervisor.isWanted
  await supervisor.until(() => supervisor.state !== 'waiting' && isSettled())
  const status = await statusOf(place, supervisor)
  if (wasWanted && !supervisor.isWanted) throw endedMeanwhile(supervisor, status)
  if (status.status === 'error') throw didNotComeUp(supervisor, status)
  return status
}

function didNotComeUp(supervisor: PodSupervisor, status: PodStatus): P8aError {
  const { name } = supervisor
  return new P8aError('start_failed', `Pod ${quote(name)} did not come up: ${status.cause?.text ?? status.text}`, {
    hint: hintFor(supervisor),
    facts: { pod: name, cause: status.cause, status },
  })
}

function hintFor({ name, slots }: PodSupervisor): Hint {
  const end = [...slots.values()].find(slot => slot.at === 'failed')?.end
  if (end?.reason === 'start_timeout')
    return [
      {
        text: "Its main function has to return, to be at work for readyAfter without a blocked event loop, or to say that it is up: bus.emit('status', 'up')",
      },
      { text: 'to give it more time', do: { verb: 'start', args: [name], options: { 'start-timeout': '2m' } } },
    ]
  if (end?.reason === 'exited' && end.code === 0)
    return [
      { text: 'If its work is done by then', do: { verb: 'start', args: [name], options: { restart: 'on-failure' } } },
      { text: 'if not, it lacks something to wait for, such as a server or a timer' },
    ]
  return [
    { text: 'Mend it, push it again and start it' },
    { text: 'to see what it said', do: { verb: 'logs', args: [name] } },
  ]
}

/** Another client, or a person's edit, was faster. */
function endedMeanwhile({ name }: PodSupervisor, status: PodStatus): P8aError {
  return new P8aError('start_failed', `Pod ${quote(name)} did not come up: it was stopped or removed meanwhile`, {
    hint: { text: 'See who else is at work', do: { verb: 'logs', options: { tag: 'verb' } } },
    facts: { pod: name, status },
  })
}
