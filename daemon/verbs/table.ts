// The verbs of a host by name, the root's and those within it. What crosses the wire is checked before it comes here, and errors become wire
// replies after it.
import { type MethodName, type MethodParams, type MethodResults, protocolVersion } from '../../protocol/methods.ts'
import type { HostInfo } from '../../protocol/words.ts'
import type { Dialog } from '../pod/dialog.ts'
import { handledVerbs } from '../tree/handled.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Namespace } from '../tree/namespace.ts'
import type { Place } from '../tree/place.ts'
import { call } from './call.ts'
import { command, commandNames } from './command.ts'
import { restart, scale, start, stop } from './desire.ts'
import { logs, type SendEntries } from './logs.ts'
import { push } from './push.ts'
import { remove } from './remove.ts'
import { runs } from './runs.ts'
import { output, script } from './script.ts'
import { statusNow, statusOf } from './status.ts'

/** What a verb may know of its caller. */
export type Caller = {
  signal: AbortSignal
  send: SendEntries | undefined
  /** Opens a dialog with it, or undefined where the transport has none. */
  openDialog?: (() => Dialog) | undefined
}

/** Methods that are about who the client is, or about its connection, and so the server's own. */
type ServerMethod =
  | 'host.auth'
  | 'host.audit'
  | `host.token.${string}`
  | 'rpc.discover'
  | 'rpc.cancel'
  | 'pod.command.input'
  | 'pod.command.cancel'

/** The verbs a host answers. */
export type HostVerb = Exclude<MethodName, ServerMethod>

export type Verbs = {
  [M in HostVerb]: (params: MethodParams<M>, caller: Caller) => Promise<MethodResults[M]>
}

export type HostOptions = {
  id: string
  version: string
  startedAt: string
  addresses: () => string[]
  /** Where the shell is served by itself, if it is. */
  shellAddress: () => string | undefined
  /** Of the certificate, where there is one. */
  fingerprint: () => string | undefined
  /** How many spares wait, and how many starts found one. */
  spares: () => HostInfo['spares']
  /** Ends the daemon once the answer is on its way. */
  onStop: () => void
}

/** What a host does by itself with its pods: the root, or the root in the place of a host within it. */
export function makeVerbs({ place, hosts }: { place: Place; hosts: Hosts }, options: HostOptions): Verbs {
  return {
    'host.info': async () => hostInfo({ place, hosts }, options),
    'host.stop': async ({ pods: withPods }) => {
      const running = place.pods.all().filter(({ supervisor }) => supervisor.hasRuns).length
      if (withPods) {
        await hosts.endRuns()
        await place.pods.holding.endRuns()
      }
      options.onStop()
      return { stopping: true, pods: running }
    },
    'pod.push': params => push(place, params),
    'pod.start': params => start(place, params),
    'pod.stop': params => stop(place, params),
    'pod.restart': params => restart(place, params),
    'pod.scale': params => scale(place, params),
    'pod.status': ({ name, usage }) => statusOf(place, place.pods.get(name).supervisor, { usage }),
    'pod.list': async ({ usage }) => ({
      pods: usage
        ? await Promise.all(place.pods.all().map(({ supervisor }) => statusOf(place, supervisor, { usage })))
        : place.pods.all().map(({ supervisor }) => statusNow(place, supervisor)),
    }),
    'pod.remove': params => remove(place, params),
    'pod.runs': params => runs(place, params),
    'pod.logs': (params, caller) => logs(place, { params, ...caller }),
    'pod.script': params => script(place, params),
    'pod.output': (params, { signal }) => output(place, { params, signal }),
    'pod.call': (params, { signal }) => call(place, { ...params, signal }),
    'pod.commands': params => commandNames(place.pods, params),
    'pod.command': (params, caller) => command(place.pods, params, caller),
  }
}

/** What the root does by itself in a host within it, whatever that host's pod handles. */
export type OwnVerbs = (namespace: Namespace) => Verbs

export type VerbsByPath = { verbs: Verbs; own: OwnVerbs }

/** All verbs, each done by the host that its `path` names; and the root's own behaviour for each of those. */
export function verbsByPath(hosts: Hosts, options: HostOptions): VerbsByPath {
  const root = makeVerbs({ place: hosts.root, hosts }, options)
  const own = remembered((place: Namespace) => makeVerbs({ place, hosts }, options))
  const handled = remembered((namespace: Namespace) => handledVerbs(namespace, own(namespace)))
  const verbsAt = (path: string) => (path === '' ? root : handled(hosts.get(path)))
  const verbs = Object.keys(root).map(name => [
    name,
    async (params: { path: string }, caller: Caller) =>
      await (verbsAt(params.path)[name as HostVerb] as (params: unknown, caller: Caller) => unknown)(params, caller),
  ])
  return { verbs: Object.fromEntries(verbs) as Verbs, own }
}

/** Makes it once for each. */
function remembered<Of extends object, Made>(make: (of: Of) => Made): (of: Of) => Made {
  const known = new WeakMap<Of, Made>()
  return of => {
    const made = known.get(of) ?? make(of)
    known.set(of, made)
    return made
  }
}

function hostInfo({ place, hosts }: { place: Place; hosts: Hosts }, options: HostOptions): HostInfo {
  const shellAddress = options.shellAddress()
  const fingerprint = options.fingerprint()
  const counts = { idle: 0, waiting: 0, up: 0, error: 0 }
  for (const { supervisor } of place.pods.all()) counts[supervisor.state]++
  return {
    id: options.id,
    version: options.version,
    protocol: protocolVersion,
    node: process.version,
    pid: process.pid,
    startedAt: options.startedAt,
    path: place.path,
    dataDir: place.seams.paths.data,
    addresses: options.addresses(),
    ...(shellAddress === undefined ? {} : { shellAddress }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    pods: counts,
    runs: place.pods
      .all()
      .reduce((sum, { supervisor }) => sum + supervisor.runs.size + supervisor.scripts.live.size, 0),
    hosts: hosts.all().map(({ path }) => path),
    spares: options.spares(),
    memory: process.memoryUsage.rss(),
  }
}
