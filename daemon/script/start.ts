// A start of a script, and the first record of the run that it makes.
import type { Limits } from '../../protocol/bounds.ts'
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { argumentsProblem, variableProblem } from '../../protocol/exec-room.ts'
import type { Isolate } from '../../protocol/isolate.ts'
import { quote, runId } from '../../protocol/names.ts'
import type { Policy } from '../../protocol/policy.ts'
import type { Image } from '../image/store.ts'
import type { Desired } from '../store/desired.ts'
import { timeText } from '../system/clock.ts'
import type { Seams } from '../system/seams.ts'
import type { ScriptRecord } from './record-file.ts'

/** The state of a script that is in force when a run starts. */
export type ScriptInForce = { desired: Desired; image: Image; policy: Policy }

export type ScriptStart = {
  params: Record<string, string>
  args: readonly string[]
  env: Record<string, string>
  cwd: string | undefined
  timeoutMs: number | undefined
  stopMs: number | undefined
  limits: Limits | undefined
  isolate: Isolate | undefined
  user: string | undefined
  stdin: Buffer | undefined
}

/** The start that a config, params and arguments ask for. */
export function startOf(
  {
    env = {},
    cwd,
    timeout,
    stopTimeout,
    limits,
    isolate,
    user,
  }: Pick<PodConfig, 'env' | 'cwd' | 'timeout' | 'stopTimeout' | 'limits' | 'isolate' | 'user'>,
  more: Pick<ScriptStart, 'params' | 'args' | 'stdin'>,
): ScriptStart {
  return { ...more, env, cwd, timeoutMs: timeout, stopMs: stopTimeout, limits, isolate, user }
}

/**
 * Refuses what no program could be given: a script finds its params in its environment.
 * @throws {P8aError} `too_large`
 */
export function refuseTooLarge(name: string, { params, args }: Pick<ScriptStart, 'params' | 'args'>): void {
  const ofParams = variableProblem('P8A_PARAMS', JSON.stringify(params))
  const problem = argumentsProblem(args) ?? (ofParams && `P8A_PARAMS, which holds its params, ${ofParams}`)
  if (problem === undefined) return
  throw new P8aError('too_large', `Cannot start pod ${quote(name)}: ${problem}`, {
    hint: 'Give it what is long by stdin, or in a file',
    facts: { pod: name },
  })
}

/**
 * The record of a run that waits for its turn, with everything that it is started with, so that the next host can begin
 * it.
 */
export function queuedRecord(
  { clock, settings, boot }: Pick<Seams, 'clock' | 'settings' | 'boot'>,
  { image, policy, desired }: ScriptInForce,
  { pod, number, ticket, start }: { pod: string; number: number; ticket: string; start: ScriptStart },
): ScriptRecord {
  const now = timeText(clock)
  return {
    v: 1,
    id: runId(pod, number),
    slot: 0,
    spec: '',
    version: desired.images.findLast(({ hash }) => hash === image.hash)?.version ?? 0,
    failures: 0,
    restarts: 0,
    ticket,
    boot,
    state: 'queued',
    startedAt: now,
    script: {
      queuedAt: now,
      hash: image.hash,
      params: start.params,
      args: [...start.args],
      env: start.env,
      ...(start.cwd !== undefined && { cwd: start.cwd }),
      ...(start.timeoutMs !== undefined && { timeoutMs: start.timeoutMs }),
      ...(start.limits && { limits: start.limits }),
      ...(start.isolate && { isolate: start.isolate }),
      ...(start.user !== undefined && { user: start.user }),
      stopMs: start.stopMs ?? policy.stopTimeoutMs,
      maxOutputBytes: Math.min(start.limits?.logs ?? Number.POSITIVE_INFINITY, settings.maxOutputBytes),
      hasStdin: start.stdin !== undefined,
    },
  }
}
