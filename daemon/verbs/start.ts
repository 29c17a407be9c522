// `pod.start`: begins a pod with its newest version; of a script, a run.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Started } from '../../protocol/words.ts'
import { hasRun, runStateOf } from '../lifecycle/public.ts'
import type { Desired } from '../store/desired.ts'
import { changePod } from '../tree/change-pod.ts'
import { checkSchedule } from '../tree/cron.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { known, renewed } from './edit.ts'
import { refuseBeyond } from './may.ts'
import { outcome } from './outcome.ts'
import { startNeeds } from './start-needs.ts'
import { scheduleScript, startScript } from './start-script.ts'
import type { Caller } from './verb.ts'

/**
 * @throws {P8aError} `pod_not_found`, `pod_running`, `version_not_found`, `forbidden` for a `may` beyond the asker's, `start_failed`, `state_broken`, `no_space`, `save_failed`; of a script as
 *   {@link startScript}
 */
export async function start(
  place: Place,
  params: MethodParams<'pod.start'>,
  { by }: Caller<'pod.start'>,
): Promise<Started> {
  refuseBeyond(by, params.name, params.config)
  const { supervisor } = place.pods.get(params.name)
  if (!supervisor.isScript) return await startService(place, supervisor, params)
  if (params.config.schedule) return await scheduleScript(place, params)
  return await startScript(place, supervisor, params)
}

async function startService(
  place: Place,
  supervisor: PodSupervisor,
  params: MethodParams<'pod.start'>,
): Promise<Started> {
  refuseScriptParams(params)
  const { scale, ...config } = params.config
  await checkSchedule(config.schedule)
  const wasRunning = runs(supervisor)
  const generation = supervisor.inForce?.desired.generation
  await startNeeds(place, { name: params.name, needs: config.needs })
  const firstRun = supervisor.lastNumber + 1
  let dropped: string[] = []
  await changePod(place, params.name, desired => {
    // One that waited for what it needs is begun by that, as it was asked for before; what is asked for now is in its place.
    if (wasRunning || desired?.generation !== generation) refuseRunning(supervisor)
    const before = known(place.pods, supervisor, desired)
    dropped = droppedBy(params, before)
    const next: Desired = { ...before, params: params.params, config, want: 'up' }
    place.seams.log.info('verb', 'start', { pod: params.name, params: Object.keys(params.params) })
    return renewed(scale === undefined ? next : { ...next, scale }, params.name, params.version)
  })
  const status = await outcome(place, supervisor, { wait: params.wait, firstRun })
  return { ...status, ...(dropped.length > 0 && { dropped }) }
}

/** @throws {P8aError} `bad_params` */
function refuseScriptParams({ name, args, stdin, config }: MethodParams<'pod.start'>): void {
  const given = [args && 'args', stdin !== undefined && 'stdin', config.timeout !== undefined && 'timeout']
  const wrong = given.find(key => typeof key === 'string')
  if (wrong === undefined) return
  throw new P8aError('bad_params', `Cannot start pod ${quote(name)} with ${wrong}: it is not a script`, {
    hint: 'A service takes params: --name value',
    facts: { pod: name },
  })
}

/** Whether it is up, or on its way there. */
function runs(supervisor: PodSupervisor): boolean {
  const isStarting = [...supervisor.slots.values()].some(
    slot => hasRun(slot) && ['spawning', 'starting'].includes(runStateOf(slot)),
  )
  return supervisor.inForce?.desired.want === 'up' && (supervisor.state === 'up' || isStarting)
}

function refuseRunning(supervisor: PodSupervisor): void {
  if (!runs(supervisor)) return
  throw new P8aError(
    'pod_running',
    `Cannot start pod ${quote(supervisor.name)}: it is ${supervisor.state === 'up' ? 'up' : 'starting'}`,
    {
      hint: [
        { text: 'To restart it as it is', do: { verb: 'restart', args: [supervisor.name] } },
        { text: 'to give it other params or options, stop it first' },
      ],
      facts: { pod: supervisor.name, status: supervisor.state },
    },
  )
}

/** What it was given the last time, where it is given nothing now: its params as options are written, and its config. */
function droppedBy({ params, config }: MethodParams<'pod.start'>, before: Desired): string[] {
  const { scale: _, ...rest } = config
  if (Object.keys(params).length + Object.keys(rest).length > 0) return []
  return [...Object.keys(before.params), ...Object.keys(before.config)]
}
