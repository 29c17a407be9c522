// How a script is started: a run of it begun, or its schedule set.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { decode } from '../script/encoding.ts'
import { startOf } from '../script/start.ts'
import { changePod } from '../tree/change-pod.ts'
import { checkSchedule, nextTime } from '../tree/cron.ts'
import type { Place } from '../tree/place.ts'
import { scriptStatus } from '../tree/script-status.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

/** What of a config has a meaning for a script. */
const scriptKeys = ['env', 'cwd', 'timeout', 'stopTimeout', 'scale', 'schedule']

/** @throws {P8aError} `bad_interpreter`, `bad_config`, `host_gone`, `no_space`, `save_failed` */
export async function startScript(
  place: Place,
  supervisor: PodSupervisor,
  { params, config, args = [], stdin, stdinEncoding, version }: MethodParams<'pod.start'>,
): Promise<PodStatus & { run: string }> {
  refuseConfig(supervisor, config)
  refuseVersion(supervisor, version)
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
  { name, params, config, args, stdin, version }: MethodParams<'pod.start'>,
): Promise<PodStatus> {
  const { supervisor } = place.pods.get(name)
  refuseConfig(supervisor, config)
  refuseVersion(supervisor, version)
  await checkSchedule(config.schedule)
  if (stdin !== undefined) {
    throw new P8aError('bad_params', `Cannot start pod ${quote(name)} by a schedule with a stdin`, {
      hint: 'Let the script read a file',
    })
  }
  const { scale, ...rest } = config
  await changePod(place, name, desired => {
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

function refuseVersion({ name }: PodSupervisor, version: number | undefined): void {
  if (version === undefined) return
  throw new P8aError(
    'bad_params',
    `Cannot start pod ${quote(name)} with a version: a script runs as it was pushed last`,
    {
      hint: { text: 'Push the version that you want again', do: { verb: 'push', args: [name, 'FILE'] } },
      facts: { pod: name },
    },
  )
}
