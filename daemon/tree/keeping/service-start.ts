// How a service is started, and started anew: what is wanted of it is changed once what it needs is up, and what comes of that is
// waited for.
import { P8aError } from '../../../protocol/errors.ts'
import { isOwn, ownedAs } from '../../../protocol/labels.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { PodStatus, Started } from '../../../protocol/words.ts'
import { takesArguments } from '../../image/store.ts'
import { hasRun, runStateOf } from '../../lifecycle/public.ts'
import { type Desired, inPlaceOf, pastWith } from '../../store/desired.ts'
import { checkSchedule } from '../cron.ts'
import type { Pod, PodHost } from './keeping.ts'
import { outcome } from './outcome.ts'
import { renewed } from './renewed.ts'
import { refuseWithoutPorts } from './service-sleep.ts'
import { startNeeds } from './start-needs.ts'

/** @throws {P8aError} `pod_running`, `bad_params`, `version_not_found`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function startService(host: PodHost, pod: Pod, params: MethodParams<'pod.start'>): Promise<Started> {
  refuseScriptParams(pod, params)
  const { scale, ...config } = params.config
  await checkSchedule(config.schedule)
  const wasRunning = runs(pod)
  const generation = pod.inForce?.desired.generation
  if (!params.asleep) await startNeeds(host, pod, needsOf(pod, params))
  const firstRun = pod.lastNumber + 1
  let [dropped, kept]: string[][] = [[], []]
  await host.change(pod, async before => {
    // One that waited for what it needs is begun by that, as it was asked for before; what is asked for now is in its place.
    if (!params.anew && (wasRunning || before.generation !== generation)) refuseRunning(pod)
    const given = givenTo(params, before)
    if (given.isKept) kept = namesOf(before)
    else dropped = droppedBy(params, before)
    const { env, args: _, killed: __, ...rest } = before
    const next: Desired = {
      ...rest,
      ...keptEnv(env, config.env),
      params: given.params,
      ...(given.args && { args: given.args }),
      config: given.isKept ? before.config : ownedAs(before.config, config),
      want: 'up',
    }
    host.seams.log.info('verb', 'start', { pod: params.name, params: Object.keys(params.params) })
    const wanted = renewed(scale === undefined ? next : { ...next, scale }, params.name, params.version)
    const begun = await host.profiled(pod, wanted)
    await host.checkReach(pod, begun)
    if (params.asleep) await beginAsleep(host, pod, begun)
    const inPlace = params.anew && wasRunning && !params.asleep ? inPlaceOf(before, begun) : undefined
    return inPlace ?? after(pod, before, begun)
  })
  if (params.asleep) await host.portsCovered(pod)
  const status = await outcome(host, pod, { wait: params.wait, firstRun })
  return { ...status, ...(dropped?.length && { dropped }), ...(kept?.length && { kept }) }
}

/** @throws {P8aError} `version_not_found`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function restartService(
  host: PodHost,
  pod: Pod,
  { wait, version }: MethodParams<'pod.restart'>,
): Promise<PodStatus> {
  const firstRun = pod.lastNumber + 1
  await host.change(pod, async desired => {
    const begun = await host.profiled(pod, renewed({ ...desired, want: 'up' }, pod.name, version))
    await host.checkReach(pod, begun)
    host.seams.log.info('verb', 'restart', { pod: pod.name })
    return after(pod, desired, begun)
  })
  // Those of the newest version, which is in force now; it waits for them.
  await startNeeds(host, pod)
  // Those that were there may have something to finish.
  const isSettled = () => pod.state === 'error' || ![...pod.runs.keys()].some(number => number < firstRun)
  return await outcome(host, pod, { wait, firstRun, isSettled })
}

/** It is noted first: once it is wanted, its runs would begin. */
async function beginAsleep(host: PodHost, pod: Pod, begun: Desired): Promise<void> {
  refuseWithoutPorts(pod.name, await host.configOf(pod, begun))
  await host.putToSleep(pod, { generation: begun.generation, needsRoom: true })
}

/** What was up, or was stopped, is what a rollback goes back to. */
function after({ state }: Pod, before: Desired, next: Desired): Desired {
  const counts = before.version !== 0 && before.version !== next.version && (state === 'up' || state === 'idle')
  return counts ? { ...next, past: pastWith(before) } : next
}

/** @throws {P8aError} `bad_params` */
function refuseScriptParams({ inForce }: Pod, { name, args, stdin, config }: MethodParams<'pod.start'>): void {
  const given = [
    args && !(inForce && takesArguments(inForce.image)) && 'args',
    stdin !== undefined && 'stdin',
    config.timeout !== undefined && 'timeout',
  ]
  const wrong = given.find(key => typeof key === 'string')
  if (wrong === undefined) return
  throw new P8aError('bad_params', `Cannot start pod ${quote(name)} with ${wrong}: it is not a script`, {
    hint: 'A service takes params: --name value',
    facts: { pod: name },
  })
}

/** Whether it is up, or on its way there. */
function runs(pod: Pod): boolean {
  // A run that is up as far as its slot knows may be found to have ended: then another one comes.
  const isStarting = [...pod.slots.values()].some(
    slot => hasRun(slot) && ['spawning', 'starting', 'up'].includes(runStateOf(slot)),
  )
  // One that is in error is begun anew, whatever attempt is under way.
  return pod.inForce?.desired.want === 'up' && (pod.state === 'up' || (pod.state === 'waiting' && isStarting))
}

function refuseRunning(pod: Pod): void {
  if (!runs(pod)) return
  throw new P8aError(
    'pod_running',
    `Cannot start pod ${quote(pod.name)}: it is ${pod.state === 'up' ? 'up' : 'starting'}`,
    {
      hint: [
        { text: 'To restart it as it is', do: { verb: 'restart', args: [pod.name] } },
        { text: 'to give it other params or options, stop it first' },
      ],
      facts: { pod: pod.name, status: pod.state },
    },
  )
}

/** Variables that were set stay, but for those that a start gives another value. */
export function keptEnv(env: Desired['env'], given: Desired['env'] = {}): Pick<Desired, 'env'> {
  if (env === undefined) return {}
  return { env: Object.fromEntries(Object.entries(env).filter(([name]) => !Object.hasOwn(given, name))) }
}

/** Whether a start gives anything but how many runs there are. */
function isBare({ params, args, config }: MethodParams<'pod.start'>): boolean {
  const { scale: _, ...rest } = config
  return !args && Object.keys(params).length + Object.keys(rest).length === 0
}

/** What a start begins a pod with. */
export function givenTo(
  params: MethodParams<'pod.start'>,
  before: Desired,
): Pick<Desired, 'params' | 'args' | 'config'> & { isKept: boolean } {
  const isKept = params.keep && isBare(params)
  const { params: given, args, config } = isKept ? before : params
  return { isKept, params: given, ...(args && { args }), config }
}

function needsOf({ inForce }: Pod, params: MethodParams<'pod.start'>): readonly string[] {
  const { needs } = inForce ? givenTo(params, inForce.desired).config : params.config
  return needs ?? inForce?.image.config.needs ?? []
}

/** What it was given the last time, and is not given now. */
function droppedBy(now: MethodParams<'pod.start'>, before: Desired): string[] {
  const given = [...Object.keys(now.params), ...Object.keys(now.config)]
  // Other arguments are in the place of all.
  const gone = now.args ? { ...before, args: [] } : before
  return namesOf(gone).filter(name => !given.includes(name))
}

/** What it was given at its last start: its arguments, its params as options are written, and its config. */
function namesOf(before: Pick<Desired, 'params' | 'args' | 'config'>): string[] {
  const { labels, ...given } = before.config
  const isLabelled = Object.keys(labels ?? {}).some(name => !isOwn(name))
  return [
    ...(before.args ?? []),
    ...Object.keys(before.params),
    ...Object.keys(given),
    ...(isLabelled ? ['labels'] : []),
  ]
}
