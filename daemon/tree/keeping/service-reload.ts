// How a service is reloaded: beside each run another one comes, and takes its place once it is up. If one does not come up, all is
// as it was.
import type { PodConfig } from '../../../protocol/config.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { Step } from '../../../protocol/hint.ts'
import { ownedAs } from '../../../protocol/labels.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote, runId } from '../../../protocol/names.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { type Deploy, type Desired, inPlaceOf, nextGeneration, pastWith } from '../../store/desired.ts'
import { describeEnd } from '../describe-end.ts'
import { wholeStatusOf } from '../pod-status.ts'
import type { Pod, PodHost } from './keeping.ts'
import { outcome } from './outcome.ts'
import { renewed } from './renewed.ts'
import { keptEnv } from './service-start.ts'

/** What a reload leads to: what is left out stays as it is. */
type To = { version: number | undefined; given?: Omit<Deploy, 'version'>; past: Deploy[] | undefined }

/** By what people know it. */
type Verb = 'reload' | 'rollback'

type How = Pick<MethodParams<'pod.reload'>, 'wait' | 'width'>

/** @throws {P8aError} `pod_not_up`, `version_not_found`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function reloadService(host: PodHost, pod: Pod, params: MethodParams<'pod.reload'>): Promise<PodStatus> {
  const { version, params: given, config } = params
  const to = (before: Desired): To => {
    const wanted = version ?? before.images.at(-1)?.version ?? 0
    return {
      version,
      ...((given || config) && {
        given: {
          params: given ?? before.params,
          config: config ? ownedAs(before.config, config) : before.config,
          ...keptEnv(before.env, config?.env),
          ...(before.args && { args: before.args }),
        },
      }),
      past: wanted === before.version ? undefined : pastWith(before),
    }
  }
  return await reloadTo(host, pod, { ...params, verb: 'reload' }, to)
}

/**
 * To what was up before, one further back each time, or to that version.
 * @throws {P8aError} `pod_not_up`, `version_not_found`, `start_failed`, `state_broken`, `no_space`, `save_failed`
 */
export async function rollbackService(
  host: PodHost,
  pod: Pod,
  params: MethodParams<'pod.rollback'> & { check: (config: PodConfig) => void },
): Promise<PodStatus> {
  const to = (before: Desired): To => {
    const { past = [] } = before
    const isKept = ({ version }: Deploy) => before.images.some(image => image.version === version)
    const at = past.findLastIndex(
      deploy => isKept(deploy) && (params.version === undefined || deploy.version === params.version),
    )
    const found = past[at]
    if (!found && params.version === undefined) throw nothingBefore(pod)
    if (found && !params.versionOnly) params.check(found.config)
    const { version, ...then } = found ?? { version: params.version as number }
    return {
      version,
      ...(found && !params.versionOnly && { given: then as Omit<Deploy, 'version'> }),
      past: found ? past.slice(0, at) : pastWith(before),
    }
  }
  return await reloadTo(host, pod, { ...params, verb: 'rollback' }, to)
}

/** Both versions live at once, so neither may have a port for itself. */
const portIsTaken: Step = {
  text: 'let the host hold the port, by listen in its config or --listen at its start, so that both versions have it',
}

/** Each language has its own words for an address that is taken, and some programs have none. */
const portMayBeTaken: Step = { text: `if it wants the port that the one which is up has, ${portIsTaken.text}` }

/** What an error says that comes of an address, in whatever words. An error that says something else is known by that. */
const ofAddress = /\b(addr|address|port|listen|bind|in use)/i

/** What serves listens at a port that the host does not hold. */
async function hasOwnPort({ seams }: PodHost, { ports, runs }: Pod): Promise<boolean> {
  if (ports.length > 0) return false
  for (const { identity } of runs.values())
    if (identity && (await seams.processes.listens(identity).catch(() => false))) return true
  return false
}

async function reloadTo(
  host: PodHost,
  pod: Pod,
  how: How & { verb: Verb },
  to: (before: Desired) => To,
): Promise<PodStatus> {
  const { name } = pod
  const firstRun = pod.lastNumber + 1
  const begun = await beginReload(host, pod, how, to)
  if (!how.wait) return wholeStatusOf(host, pod)
  const { before, generation } = begun
  if (begun.isInPlace) return await outcome(host, pod, { wait: true, firstRun })
  if (begun.isHard) return await outcomeOfHard(host, pod, { ...begun, firstRun })
  await pod.until(() => pod.inForce?.desired.reload?.generation !== generation)
  const status = wholeStatusOf(host, pod)
  const { desired } = pod.inForce ?? {}
  if (desired?.generation === generation) return status
  const { end } = pod.reloadOutcome ?? {}
  const why =
    desired?.generation === before.generation && end ? describeEnd(end) : 'something else was asked for meanwhile'
  const isTaken = end?.message?.includes('EADDRINUSE') ?? false
  const isUnclear = end?.reason === 'exited' || (end?.reason === 'fault' && ofAddress.test(end.message ?? 'address'))
  const mayBeTaken = !isTaken && isUnclear && (await hasOwnPort(host, pod))
  throw new P8aError('start_failed', `The ${how.verb} of pod ${quote(name)} failed: ${why}`, {
    hint: [
      { text: `Pod ${quote(name)} is as it was, with v${desired?.version ?? before.version}` },
      ...(isTaken ? [portIsTaken] : mayBeTaken ? [portMayBeTaken] : []),
      { text: 'to see its log', do: { verb: 'logs', args: [name] } },
    ],
    facts: { pod: name, status, firstRun: runId(name, firstRun) },
  })
}

/**
 * `before`: what was wanted. `generation`: that to which it leads. `isHard`: what was there does not stay meanwhile. `isInPlace`:
 * policy alone is other, so that it stays for good.
 */
type Begun = { before: Desired; generation: number; isHard: boolean; isInPlace: boolean; wasAsleep: boolean }

/** Those that are under way come first. */
async function beginReload(
  host: PodHost,
  pod: Pod,
  { verb, width }: How & { verb: Verb },
  to: (before: Desired) => To,
): Promise<Begun> {
  for (;;) {
    await pod.until(() => pod.inForce?.desired.reload === undefined)
    let begun: Begun | undefined
    await host.change(pod, async before => {
      if (before.want !== 'up') throw idle(pod, verb)
      // Another one was faster.
      if (before.reload) return before
      const { version, given, past } = to(before)
      const { env: _, args: __, ...rest } = before
      const next = await host.profiled(pod, renewed(given ? { ...rest, ...given } : before, pod.name, version))
      host.seams.log.info('verb', verb, { pod: pod.name, version: next.version })
      // One that failed had a number of its own.
      const generation = Math.max(next.generation, (pod.reloadOutcome?.of ?? 0) + 1)
      const after = { ...next, generation, ...(past && { past }) }
      await host.checkReach(pod, after)
      // One that sleeps has no run that could stay.
      const inPlace = given && inPlaceOf(before, after)
      const isHard = pod.inForce?.config.single === true || pod.asleep !== undefined
      begun = { before, generation, isHard, isInPlace: inPlace !== undefined, wasAsleep: pod.asleep !== undefined }
      if (inPlace) return inPlace
      if (isHard) return after
      const { params, config, env, args, profiles } = after
      return {
        ...before,
        reload: {
          ...{ version: after.version, params, config, ...(env && { env }), ...(args && { args }) },
          ...(profiles && { profiles }),
          generation,
          width,
          past: after.past ?? [],
        },
      }
    })
    if (begun) return begun
  }
}

/** The old one has ended, or slept; if the new one does not come up, it is begun anew, or sleeps on. */
async function outcomeOfHard(
  host: PodHost,
  pod: Pod,
  { before, wasAsleep, firstRun }: Begun & { firstRun: number },
): Promise<PodStatus> {
  try {
    return await outcome(host, pod, { wait: true, firstRun })
  } catch (error) {
    const { version, params, config, env, args, past, profiles } = before
    await host.change(pod, async ({ env: _, args: __, past: ___, profiles: ____, ...desired }) => {
      const generation = nextGeneration(desired)
      if (wasAsleep) await host.putToSleep(pod, { generation, needsRoom: true })
      const was = { version, params, config, ...(env && { env }), ...(args && { args }), ...(past && { past }) }
      return { ...desired, ...was, ...(profiles && { profiles }), generation }
    })
    await outcome(host, pod, { wait: true })
    throw error
  }
}

function idle({ name, state }: Pod, verb: Verb): P8aError {
  const what = verb === 'rollback' ? 'roll back' : verb
  return new P8aError('pod_not_up', `Cannot ${what} pod ${quote(name)}: it is ${state}`, {
    hint: { text: 'Start it', do: { verb: 'start', args: [name] } },
    facts: { pod: name, status: state },
  })
}

function nothingBefore({ name }: Pod): P8aError {
  return new P8aError('version_not_found', `Pod ${quote(name)} has no earlier version that was up and is kept`, {
    hint: { text: 'See those that are kept, and name one', do: { verb: 'versions', args: [name] } },
    facts: { pod: name },
  })
}
