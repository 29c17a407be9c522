// How a script is started: a run of it begun, or its schedule set.
import type { PodConfig } from '../../../protocol/config.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { ownedAs } from '../../../protocol/labels.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { refuseUnisolated } from '../../bounds/levels.ts'
import { refuseUser } from '../../bounds/user.ts'
import { decode } from '../../script/encoding.ts'
import type { ScriptRuns } from '../../script/script-runs.ts'
import { startOf } from '../../script/start.ts'
import { checkSchedule } from '../cron.ts'
import type { Pod, PodHost } from './keeping.ts'
import { keptUp } from './kept-up.ts'
import { scriptStatus } from './script-status.ts'

/** What of a config has a meaning for a script. */
const scriptKeys = ['env', 'cwd', 'timeout', 'stopTimeout', 'scale', 'schedule', 'limits', 'isolate', 'user']

/** @throws {P8aError} `bad_interpreter`, `bad_config`, `host_gone`, `no_space`, `save_failed` */
export async function startScript(
  host: PodHost,
  { pod, runs }: { pod: Pod; runs: ScriptRuns },
  { params, config, args = [], stdin, stdinEncoding, version, asleep }: MethodParams<'pod.start'>,
): Promise<PodStatus & { run: string }> {
  if (asleep) throw cannotSleep(pod)
  refuseConfig(pod, config, scriptKeys)
  refuseVersion(pod, version)
  refuseCpu(pod, config.limits)
  await refuseApart(host, pod, config)
  const input = stdin === undefined ? undefined : decode(stdin, stdinEncoding)
  const env = { ...pod.inForce?.desired.env, ...config.env }
  const run = await runs.start(startOf({ ...config, env }, { params, args, stdin: input }))
  host.seams.log.info('verb', 'start', { pod: pod.name, run: run.id, params: Object.keys(params) })
  return { ...scriptStatus(host, pod, runs), run: run.id }
}

/**
 * Lets its schedule start a script from now on, with these params and arguments; it is not started now.
 * @throws {P8aError} `bad_config`, `no_space`, `save_failed`
 */
export async function scheduleScript(
  host: PodHost,
  { pod, runs }: { pod: Pod; runs: ScriptRuns },
  { name, params, config, args, stdin, version }: MethodParams<'pod.start'>,
): Promise<PodStatus> {
  refuseConfig(pod, config, [...scriptKeys, 'labels'])
  refuseVersion(pod, version)
  await checkSchedule(config.schedule)
  refuseCpu(pod, config.limits)
  await refuseApart(host, pod, config)
  if (stdin !== undefined) {
    throw new P8aError('bad_params', `Cannot start pod ${quote(name)} by a schedule with a stdin`, {
      hint: 'Let the script read a file',
    })
  }
  const { scale, ...rest } = config
  await host.change(pod, async desired => {
    host.seams.log.info('verb', 'schedule', { pod: name, at: config.schedule?.at })
    return await host.profiled(pod, {
      ...desired,
      params,
      config: ownedAs(desired.config, rest),
      want: 'up',
      ...(args !== undefined && { args }),
      ...(scale !== undefined && { scale }),
    })
  })
  return scriptStatus(host, pod, runs)
}

/** @throws {P8aError} `unsupported`, `bad_config` */
async function refuseApart({ seams }: PodHost, { name }: Pod, { isolate, user }: PodConfig): Promise<void> {
  await refuseUnisolated({ name, isolate, isNode: false, user })
  await refuseUser(seams, { name, user, isNode: false, isBoxed: isolate?.by === 'sandbox' })
}

function refuseConfig(pod: Pod, config: object, known: readonly string[]): void {
  const wrong = Object.keys(config).find(key => !known.includes(key))
  if (wrong !== undefined) {
    throw new P8aError('bad_config', `Cannot start pod ${quote(pod.name)}: a script has no ${quote(wrong)}`, {
      hint: [keptUp, { text: `A script has: ${known.join(', ')}` }],
      facts: { pod: pod.name, key: wrong, problem: `a script has no such option; ${keptUp.text}` },
    })
  }
}

function refuseVersion({ name }: Pod, version: number | undefined): void {
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

function cannotSleep({ name }: Pod): P8aError {
  return new P8aError(
    'unsupported',
    `Cannot start pod ${quote(name)} asleep: it is a script, and nobody connects to it`,
    {
      hint: keptUp,
      facts: { pod: name },
    },
  )
}

/** Its process begins before it could be put into a group. @throws {P8aError} `unsupported` */
function refuseCpu({ name }: Pod, limits: { cpu?: number | undefined } | undefined): void {
  if (limits?.cpu === undefined) return
  throw new P8aError('unsupported', `Cannot start pod ${quote(name)} with limits.cpu: a script is not held to it`, {
    hint: 'limits.nice lets others go first where cpu is short',
    facts: { pod: name, key: 'limits.cpu' },
  })
}
