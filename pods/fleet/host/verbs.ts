// The verbs of the path `fleet`: what is asked of the fleet as if it were one host.
import type { Asked, HandledStatus, Handlers, P8a, PodConfigInput, PodStatus } from 'p8a'
import type { Step } from 'p8a/client'
import { type Past, pastTogether } from '../decide/past-usage.ts'
import { checkScale, policyOf } from '../policy.ts'
import type { Engine } from '../port/ports.ts'
import type { PodRecord, Report } from '../records.ts'
import { ask } from './asking.ts'
import { Calling } from './calling.ts'
import { changePod } from './change.ts'
import { fleetError, podNotFound } from './errors.ts'
import { reportOf } from './here.ts'
import { fleetEvents } from './journal.ts'
import { fleetLogs } from './logging.ts'
import type { Pushing } from './pushing.ts'
import { Queueing } from './queueing.ts'
import type { Reaching } from './reaching.ts'
import type { Tables } from './tables.ts'
import { statusOf, usedBy, type Views } from './view.ts'
import { fleetChanges } from './watching.ts'

export type VerbsOptions = {
  p8a: Pick<P8a, 'pod' | 'verbs'>
  path: string
  host: string
  engine: Pick<Engine, 'state' | 'bus'>
  pushing: () => Pick<Pushing, 'push'>
  tables: Tables
  isAlive: (host: string) => boolean
  reaching: Pick<Reaching, 'of' | 'isDirect'>
  /** What there is to know of the fleet itself. */
  info: () => object
  /** Why this host does nothing of what is wanted; empty if it does. */
  problem?: () => string
  /** Why nothing is moved at present; empty: nothing hinders it. */
  stillness?: () => string
}

/** How long another host may take to answer what is no call. */
const answerMs = 5000
/** For how long a verb waits until what it has changed is so: then it tells how it is, before whoever asked gives up (`handlerTimeout`). */
const waitMs = 25_000
/** How long it may take until a pod that it wakes is up. */
const startMs = 30_000

export function fleetVerbs(options: VerbsOptions): Handlers {
  const { engine, tables } = options
  const calling = new Calling(options)
  const queueing = new Queueing(options)
  const views = { tables, isAlive: options.isAlive, nowMs: Date.now, stillness: options.stillness ?? (() => '') }

  const found = (name: string): PodRecord => {
    const record = tables.pods.get(name)?.record
    if (record) return record
    if (!tables.isTold)
      throw fleetError(
        'fleet_unavailable',
        `It is not known whether there is a pod "${name}" in the fleet: ${tables.away}`,
        'What is up goes on; ask again once the engine is there',
      )
    throw podNotFound(name)
  }
  const told = async (name: string, usage: boolean): Promise<HandledStatus> => {
    const record = found(name)
    return { ...statusOf(record, { ...views, usage }), ...(await options.reaching.of(name)) }
  }
  const change = async (name: string, decide: (record: PodRecord) => PodRecord): Promise<PodRecord> => {
    const changed = await changePod(engine, name, record => {
      if (!record) throw podNotFound(name)
      return decide(record)
    })
    return changed as PodRecord
  }
  const problem = () => options.problem?.() ?? ''
  /**
   * @param isSeen whether the tables tell of the change by now
   * @returns how it is once it is as it was asked to be, or cannot be, or nothing is done about it
   */
  const outcome = async (
    record: PodRecord,
    { wait, signal }: Asked & { wait: boolean },
    isSeen = (now: PodRecord) => now.turn >= record.turn,
  ): Promise<HandledStatus> => {
    const { name } = record
    const look = () => {
      if (problem() !== '') return undone(record)
      const now = tables.pods.get(name)?.record
      if (!now || !isSeen(now)) return undefined
      const status = statusOf(now, views)
      return status.status === 'waiting' && !status.waits && views.stillness() === '' ? undefined : status
    }
    if (!wait) return statusOf(record, views)
    const status = await tables.until(look, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]))
    if (status?.status === 'error') throw fleetError('start_failed', `Pod "${name}" did not come up: ${status.text}`)
    return status ?? statusOf(record, views)
  }

  /** As it is noted, where hosts do nothing about it. */
  const undone = (record: PodRecord): HandledStatus => {
    const status = statusOf(record, views)
    return status.status === 'waiting' ? { ...status, text: problem() } : status
  }

  /** The queues of its hosts say how many runs it has. */
  const isWorker = (name: string) => tables.hostsWith(name).some(({ pods }) => pods[name]?.isEnough !== undefined)

  const start: NonNullable<Handlers['start']> = async (name, params, config, asked) => {
    const image = (record: PodRecord) => record.images.findLast(({ version }) => version === (asked.version ?? version))
    return await outcome(
      await change(name, record => {
        const chosen = image(record)
        if (!chosen) throw fleetError('version_not_found', `Pod "${name}" has no version ${asked.version}`, kept(name))
        if (record.want === 'up' && statusOf(record, views).status === 'up')
          throw fleetError('pod_running', `Cannot start pod "${name}": it is up`, {
            text: 'To start it anew',
            do: { verb: 'restart', args: [name] },
          })
        const own = policyOf(name, config, chosen)
        const next = { ...record, ...own, want: 'up' as const, how: 'restart' as const, turn: record.turn + 1 }
        return {
          ...next,
          waits: '',
          version: chosen.version,
          params: { ...params },
          assigned: next.isExclusive ? record.assigned : fits(record, own),
        }
      }),
      asked,
    )
  }

  const call: NonNullable<Handlers['call']> = async (name, fn, args, { signal, timeoutMs = 30_000 }) => {
    found(name)
    const answer = await calling.call({ name, fn, args, timeoutMs, signal })
    return 'value' in answer ? answer.value : answer.values
  }

  const again =
    (how: 'restart' | 'reload') =>
    async (
      name: string,
      asked: Asked & { wait: boolean; version?: number; params?: Record<string, string>; config?: PodConfigInput },
    ) =>
      await outcome(
        await change(name, record => {
          const version = asked.version ?? (how === 'reload' ? (record.images.at(-1)?.version ?? 0) : record.version)
          const chosen = record.images.find(image => image.version === version)
          if (!chosen) throw fleetError('version_not_found', `Pod "${name}" has no version ${version}`, kept(name))
          const own = asked.config ? policyOf(name, asked.config, chosen) : {}
          const params = asked.params ? { ...asked.params } : record.params
          return { ...record, ...own, params, version, want: 'up', how, turn: record.turn + 1, waits: '' }
        }),
        asked,
      )

  return {
    push: async (image, asked) => await options.pushing().push(image, asked),
    start,
    wake: async (name, asked) => {
      const record = found(name)
      // A gateway that has not reached it comes by the way that it was told of, and this process may have just begun.
      await options.reaching.of(name)
      if (record.want === 'idle') return await again('restart')(name, asked)
      const waked = await doWhere(name, ({ asleepSince }) => asleepSince !== undefined, {
        method: 'pod.wake',
        ...asked,
      })
      if (waked.size > 0) return statusOf(record, withReports(views, waked))
      // While the engine is away nothing more is told of it: whoever wants something of it finds out by asking.
      return await outcome(record, tables.isSynced ? asked : { ...asked, wait: false })
    },
    sleep: async (name, asked) => {
      const record = found(name)
      if (record.isExclusive) throw fleetError('unsupported', `Pod "${name}" cannot sleep: it is exclusive`)
      const slept = await doWhere(name, ({ up }) => up > 0, { method: 'pod.sleep', ...asked })
      return statusOf(record, withReports(views, slept))
    },
    restart: again('restart'),
    reload: again('reload'),
    rollback: async (name, asked) => {
      const { images, version } = found(name)
      const before = asked.version ?? images.findLast(image => image.version < version)?.version
      if (before === undefined)
        throw fleetError('version_not_found', `Pod "${name}" has no version before v${version}`, kept(name))
      return await again('reload')(name, { ...asked, version: before })
    },
    async stop(name, { wait, signal }) {
      const record = await change(name, now => ({ ...now, want: 'idle', assigned: {}, waits: '' }))
      const isOver = () =>
        [...tables.hosts.values()].every(({ record: { name: at, pods } }) => !options.isAlive(at) || !pods[name])
      const isTold = () => isOver() && tables.pods.get(name)?.record.want === 'idle'
      if (wait) await tables.until(() => problem() !== '' || isTold() || undefined, signal)
      return { status: statusOf({ ...record }, views).status, ended: [] }
    },
    async scale(name, scale, asked) {
      let before = scale
      const changed = await change(name, record => {
        checkScale(name, scale, record.isExclusive)
        before = record.scale
        return { ...record, scale, waits: '' }
      })
      // Somebody else may have scaled it again by then.
      const isSeen = (now: PodRecord) =>
        (now.scale !== before || scale === before) && (isWorker(name) || statusOf(now, views).runs.length <= now.scale)
      return await outcome(changed, asked, isSeen)
    },
    status: async (name, { usage }) => await told(name, usage),
    list: async ({ usage, after, limit = Number.POSITIVE_INFINITY }) => {
      const names = tables.podNames
      const from = after === undefined ? 0 : names.findIndex(name => name > after)
      const page = from < 0 ? [] : names.slice(from, from + limit)
      return await Promise.all(page.map(name => told(name, usage)))
    },
    usage: async (name, { last, signal }) => {
      const names = name === undefined ? tables.podNames : [found(name).name]
      if (last) return { everyMs: 0, points: [], pods: names.flatMap(one => usedBy(found(one), views) ?? []) }
      // A host keeps what it has measured itself, and gateways of any host may have asked for the pod.
      const of = { method: 'pod.usage', params: name === undefined ? {} : { name } }
      return pastTogether((await everywhere<Past>(of, signal)).map(({ value }) => value))
    },
    versions: name => {
      const record = found(name)
      return record.images.map(({ version, hash, size, at, file, kind, by, message }) => ({
        ...{ version, hash, size, pushedAt: at, kind, by, isWanted: version === record.version, runs: [] },
        ...(file !== undefined && { file }),
        ...(message !== undefined && { message }),
      }))
    },
    async remove(name, { force, signal }) {
      const record = found(name)
      if (record.want === 'up' && !force)
        throw fleetError('pod_running', `Cannot remove pod "${name}": it is up`, 'Stop it first, or force it')
      await change(name, now => ({ ...now, want: 'idle', assigned: {} }))
      const isOver = () =>
        [...tables.hosts.values()].every(({ record: { name: at, pods } }) => !options.isAlive(at) || !pods[name])
      await tables.until(() => isOver() || undefined, signal)
      await changePod(engine, name, () => undefined)
      return { stopped: [] }
    },
    async runs(name, { signal, active, failed, limit }) {
      const of = { method: 'pod.runs', params: { ...(name !== undefined && { name }), active, failed, limit } }
      const all = await everywhere<{ runs: { id: string; startedAt: string }[] }>(of, signal)
      return all
        .flatMap(({ host, value }) => value.runs.map(run => ({ ...run, id: `${host}.${run.id}` })))
        .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
        .slice(0, limit)
    },
    logs: ({ by: _, hops: __, ...query }) => fleetLogs(options, query),
    events: ({ by: _, hops: __, ...query }) => fleetEvents(options, query),
    queue: async (verb, params, asked) => await queueing.do(verb, params, asked),
    watch: ({ signal }) => fleetChanges({ ...views, reaching: options.reaching }, signal),
    info: () => ({ fleet: options.info() }),
    call,
    // A pod of the fleet here calls one that is elsewhere.
    reach: call,
  }

  /** On the hosts where it is so. @returns how it is there then, by host. @throws where one does not answer, or cannot do it */
  async function doWhere(
    name: string,
    isMeant: (report: Report) => boolean,
    { method, wait, signal }: Asked & { method: 'pod.wake' | 'pod.sleep'; wait: boolean },
  ): Promise<ReadonlyMap<string, Report>> {
    const meant = tables.hostsWith(name).filter(({ name: at, pods }) => {
      const report = pods[name]
      return report && isMeant(report) && options.isAlive(at)
    })
    const of = { method, params: { name, wait }, timeoutMs: startMs, signal }
    const done = meant.map(async ({ name: at }): Promise<[string, Report]> => {
      return [at, reportOf(await ask<PodStatus>(engine.bus, at, of))]
    })
    return new Map(await Promise.all(done))
  }

  /** Asks all hosts that are there. One that does not answer is left out. */
  async function everywhere<T>(
    of: { method: string; params: object },
    signal: AbortSignal,
  ): Promise<{ host: string; value: T }[]> {
    const alive = [...tables.hosts.keys()].filter(options.isAlive)
    const asked = alive.map(async at => ({
      host: at,
      value: await ask<T>(engine.bus, at, { ...of, timeoutMs: answerMs, signal }),
    }))
    const settled = await Promise.allSettled(asked)
    return settled.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
  }
}

/** As if these hosts had told by now how one pod is there. */
function withReports({ tables, ...views }: Views, reports: ReadonlyMap<string, Report>): Views {
  const hostsWith = (pod: string) =>
    tables.hostsWith(pod).map(host => {
      const report = reports.get(host.name)
      return report ? { ...host, pods: { ...host.pods, [pod]: report } } : host
    })
  return { ...views, tables: { hostsWith } }
}

/** The hosts that it is on, where they may still have it. */
function fits(record: PodRecord, { scale }: { scale: number }): Record<string, number> {
  return Object.values(record.assigned).reduce((sum, more) => sum + more, 0) <= scale ? record.assigned : {}
}

const kept = (name: string): Step => ({ text: 'See those that are kept', do: { verb: 'versions', args: [name] } })
