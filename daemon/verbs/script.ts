// The verbs of a script: to start a run, to stop one or all, to erase one, to read what one wrote.
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { parseRunId, quote, runId } from '../../protocol/names.ts'
import type { PodStatus, RunEnd, Stopped } from '../../protocol/words.ts'
import { mainFile } from '../image/store.ts'
import type { PodSupervisor } from '../pod/supervisor.ts'
import { decode } from '../script/encoding.ts'
import { readOutput } from '../script/output.ts'
import { startOf } from '../script/script-runs.ts'
import type { RunRecord } from '../store/run-record.ts'
import { checkSchedule, nextTime } from '../tree/cron.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import { scriptStatus } from './script-status.ts'

/** What of a config has a meaning for a script. */
const scriptKeys = ['env', 'cwd', 'timeout', 'stopTimeout', 'scale', 'schedule']

/** @throws {P8aError} `bad_interpreter`, `bad_config`, `host_gone`, `no_space`, `save_failed` */
export async function startScript(
  place: Place,
  supervisor: PodSupervisor,
  { params, config, args = [], stdin, stdinEncoding }: MethodParams<'pod.start'>,
): Promise<PodStatus & { run: string }> {
  refuseConfig(supervisor, config)
  const input = stdin === undefined ? undefined : decode(stdin, stdinEncoding)
  const run = await supervisor.scripts.start(startOf(config, { params, args, stdin: input }))
  place.seams.log.info('verb', 'start', { pod: supervisor.name, run: run.id, params: Object.keys(params) })
  return { ...scriptStatus(place, supervisor), run: run.id }
}

/**
 * Has a script started by its schedule from now on, with these params and arguments; it is not started now.
 * @throws {P8aError} `bad_config`, `no_space`, `save_failed`
 */
export async function scheduleScript(
  place: Place,
  { name, params, config, args, stdin }: MethodParams<'pod.start'>,
): Promise<PodStatus> {
  const { supervisor } = place.pods.get(name)
  refuseConfig(supervisor, config)
  await checkSchedule(config.schedule)
  if (stdin !== undefined) {
    throw new P8aError('bad_params', `Cannot start pod ${quote(name)} by a schedule with a stdin`, {
      hint: 'Have the script read a file',
    })
  }
  const { scale, ...rest } = config
  await place.pods.change(name, desired => {
    if (!desired) throw new P8aError('pod_not_found', `There is no pod ${quote(name)}`)
    place.seams.log.info('verb', 'schedule', { pod: name, at: config.schedule?.at })
    return {
      ...desired,
      params,
      config: rest,
      want: 'up',
      ...(args !== undefined && { args }),
      ...(scale !== undefined && { scale }),
    }
  })
  const next = config.schedule && (await nextTime(config.schedule, place.seams.clock.wallMs()))
  const status = scriptStatus(place, supervisor)
  return { ...status, ...(next !== undefined && { nextAt: new Date(next).toISOString() }) }
}

function refuseConfig(supervisor: PodSupervisor, config: object): void {
  const wrong = Object.keys(config).find(key => !scriptKeys.includes(key))
  if (wrong !== undefined) {
    throw new P8aError('bad_config', `Cannot start pod ${quote(supervisor.name)}: a script has no ${quote(wrong)}`, {
      hint: `A script has: ${scriptKeys.join(', ')}`,
      facts: { pod: supervisor.name, key: wrong },
    })
  }
}

/** @throws {P8aError} `bad_params` */
export function refuseScriptParams({ name, args, stdin, config }: MethodParams<'pod.start'>): void {
  const given = [args && 'args', stdin !== undefined && 'stdin', config.timeout !== undefined && 'timeout']
  const wrong = given.find(key => typeof key === 'string')
  if (wrong === undefined) return
  throw new P8aError('bad_params', `Cannot start pod ${quote(name)} with ${wrong}: it is no script`, {
    hint: 'A service is given params: --name value',
    facts: { pod: name },
  })
}

/** Stops all runs of a script. */
export async function stopScript(place: Place, supervisor: PodSupervisor, wait: boolean): Promise<Stopped> {
  place.seams.log.info('verb', 'stop', { pod: supervisor.name })
  const numbers = [...supervisor.scripts.live.keys()]
  const ended = await stopNumbers(supervisor, numbers, wait)
  return { name: supervisor.name, status: supervisor.state, ended }
}

/**
 * Stops one run, as `backup.7`; one that has ended already is told of.
 * @throws {P8aError} `pod_not_found`, `run_not_found`
 */
export async function stopRun(place: Place, { name, wait }: MethodParams<'pod.stop'>): Promise<Stopped> {
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

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `run_active` */
export async function eraseRun(
  place: Place,
  { name, run, force }: { name: string; run: string; force: boolean },
): Promise<MethodResults['pod.remove']> {
  const { supervisor, number, record } = findRun(place.pods, name, run)
  const { scripts } = supervisor
  if (scripts.live.has(number) && !force) {
    throw new P8aError('run_active', `Cannot remove run ${record.id}: it is not over`, {
      hint: { text: 'Stop it first', do: { verb: 'stop', args: [record.id] } },
      facts: { pod: supervisor.name, run: record.id },
    })
  }
  const stopped = await stopNumbers(supervisor, [number], true)
  await scripts.erase(number)
  place.seams.log.info('verb', 'removed', { pod: supervisor.name, run: record.id })
  return { name: supervisor.name, removed: true, stopped, run: record.id }
}

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `unsupported` for a service */
export async function output(
  place: Place,
  { params, signal }: { params: MethodParams<'pod.output'>; signal: AbortSignal },
): Promise<MethodResults['pod.output']> {
  const { supervisor, number } = findRun(place.pods, params.name, params.run)
  const { offset, limit, waitMs, encoding } = params
  const part = await readOutput(place.seams, { supervisor, number, offset, limit, waitMs, signal })
  const { bytes, next, isDone } = part
  const record = supervisor.scripts.record(number)
  return {
    run: runId(supervisor.name, number),
    data: bytes.toString(encoding),
    encoding,
    offset,
    next,
    done: isDone,
    ...(record?.end && !supervisor.scripts.live.has(number) && { end: endInfo(record.end) }),
  }
}

/** @throws {P8aError} `pod_not_found`, `unsupported` for a service */
export async function script(
  place: Place,
  { name, encoding }: MethodParams<'pod.script'>,
): Promise<MethodResults['pod.script']> {
  const { supervisor } = place.pods.get(name)
  const newest = supervisor.inForce?.desired.images.at(-1)
  if (!supervisor.isScript || !newest) throw noScript(supervisor)
  const content = await readFile(mainFile(place.seams.paths, { hash: newest.hash, format: 'script' }))
  const chosen = encoding ?? (isUtf8(content) ? 'utf8' : 'base64')
  const { version, hash, size, pushedAt } = newest
  return { name, script: content.toString(chosen), encoding: chosen, version, hash, size, pushedAt }
}

/** An end as the wire has it. */
export function endInfo({ code, signal, reason, message }: NonNullable<RunRecord['end']>) {
  return { code, signal, reason, ...(message !== undefined && { message }) }
}

export type FoundRun = { supervisor: PodSupervisor; number: number; record: RunRecord }

/**
 * A run of a script: `name` names it, as `backup.7`, or `run` does beside the pod, with or without it; else the newest.
 * @throws {P8aError} `pod_not_found`, `run_not_found`, `unsupported` for a service
 */
export function findRun(pods: Pods, name: string, run?: string): FoundRun {
  const id = parseRunId(name) ?? parseRunId(run ?? '')
  const { supervisor } = pods.get(parseRunId(name)?.pod ?? name)
  if (!supervisor.isScript) throw noScript(supervisor)
  const given = id?.number ?? (run === undefined ? undefined : /^\d{1,15}$/.test(run) ? Number(run) : Number.NaN)
  const newest = supervisor.scripts.records[0]
  const number = given ?? (newest && parseRunId(newest.id)?.number) ?? Number.NaN
  const record = (id?.pod ?? supervisor.name) === supervisor.name ? supervisor.scripts.record(number) : undefined
  if (record) return { supervisor, number, record }
  const wanted = run ?? (parseRunId(name) ? name : undefined)
  throw new P8aError(
    'run_not_found',
    wanted === undefined ? `Pod ${quote(supervisor.name)} never ran` : `There is no run ${quote(wanted)}`,
    {
      hint: { text: 'To see those there are', do: { verb: 'runs', args: [supervisor.name] } },
      facts: { pod: supervisor.name },
    },
  )
}

function noScript({ name }: PodSupervisor): P8aError {
  return new P8aError('unsupported', `Pod ${quote(name)} is no script: its runs are not handled one by one`, {
    hint: [
      { text: 'Stop, restart or scale the pod' },
      { text: 'to see its output', do: { verb: 'logs', args: [name] } },
    ],
    facts: { pod: name },
  })
}

async function stopNumbers(supervisor: PodSupervisor, numbers: readonly number[], wait: boolean): Promise<RunEnd[]> {
  const { scripts } = supervisor
  const ids = new Set(numbers.map(number => runId(supervisor.name, number)))
  const ends = await supervisor.collectEnds(async () => {
    await scripts.stop(numbers)
    if (wait) await supervisor.until(() => !numbers.some(number => scripts.live.has(number)))
  })
  return ends.filter(({ run }) => ids.has(run))
}
