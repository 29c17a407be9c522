// The root host: its verbs by name. What crosses the wire is checked before it comes here, and errors become wire
// replies after it.
import { P8aError } from '../../protocol/errors.ts'
import {
  type HostInfo,
  type MethodName,
  type MethodParams,
  type MethodResults,
  protocolVersion,
} from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Context } from '../context.ts'
import { call } from './call.ts'
import { restart, scale, start, stop } from './desire.ts'
import { logs, type SendEntries } from './logs.ts'
import type { Pods } from './pods.ts'
import { push } from './push.ts'
import { remove } from './remove.ts'
import { runs } from './runs.ts'
import { statusNow, statusOf } from './status.ts'

/** What a verb may know of its caller. */
export type Caller = { signal: AbortSignal; send: SendEntries | undefined }

/** The verbs a host answers; `host.auth` and `rpc.discover` are the server's own. */
export type HostVerb = Exclude<MethodName, 'host.auth' | 'rpc.discover'>

export type Verbs = {
  [M in HostVerb]: (params: MethodParams<M>, caller: Caller) => Promise<MethodResults[M]>
}

export type HostOptions = {
  id: string
  version: string
  startedAt: string
  addresses: () => string[]
  /** Ends the daemon once the answer is on its way. */
  onStop: () => void
}

export function makeVerbs(context: Context, pods: Pods, options: HostOptions): Verbs {
  const verbs: Verbs = {
    'host.info': async () => hostInfo(context, pods, options),
    'host.stop': async ({ pods: withPods }) => {
      const running = pods.all().filter(({ supervisor }) => supervisor.hasRuns).length
      if (withPods) await pods.endRuns()
      options.onStop()
      return { stopping: true, pods: running }
    },
    'pod.push': params => push(context, pods, params),
    'pod.start': params => start(context, pods, params),
    'pod.stop': params => stop(context, pods, params),
    'pod.restart': params => restart(context, pods, params),
    'pod.scale': params => scale(context, pods, params),
    'pod.status': ({ name, usage }) => statusOf(context, pods.get(name).supervisor, { usage }),
    'pod.list': async ({ usage }) => ({
      pods: usage
        ? await Promise.all(pods.all().map(({ supervisor }) => statusOf(context, supervisor, { usage })))
        : pods.all().map(({ supervisor }) => statusNow(context, supervisor)),
    }),
    'pod.remove': params => remove(context, pods, params),
    'pod.runs': params => runs(context, pods, params),
    'pod.logs': (params, caller) => logs(context, pods, { params, ...caller }),
    'pod.call': params => call(context, pods, params),
  }
  return atPath(verbs)
}

/** Nested hosts stand here once they exist: a verb with a path goes to the host mounted there. */
function atPath(verbs: Verbs): Verbs {
  const checked = Object.entries(verbs).map(([name, verb]) => [
    name,
    async (params: { path: string }, caller: Caller) => {
      if (params.path === '') return await (verb as (params: unknown, caller: Caller) => unknown)(params, caller)
      throw new P8aError('host_not_found', `There is no host at path ${quote(params.path)}`, {
        hint: 'Only the root host is there: leave the path out, or add the remote again without --path',
        facts: { path: params.path },
      })
    },
  ])
  return Object.fromEntries(checked) as Verbs
}

function hostInfo(context: Context, pods: Pods, options: HostOptions): HostInfo {
  const counts = { idle: 0, waiting: 0, up: 0, error: 0 }
  for (const { supervisor } of pods.all()) counts[supervisor.state]++
  return {
    id: options.id,
    version: options.version,
    protocol: protocolVersion,
    node: process.version,
    pid: process.pid,
    startedAt: options.startedAt,
    dataDir: context.paths.data,
    addresses: options.addresses(),
    pods: counts,
    runs: pods.all().reduce((sum, { supervisor }) => sum + supervisor.runs.size, 0),
    spares: context.spares.counts,
    memory: process.memoryUsage.rss(),
  }
}
