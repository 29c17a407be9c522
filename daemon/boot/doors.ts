// Opens the doors: that of the shims, and later those of clients, of which the last is the one by which a host is known to be up.
import { LoopLag, resolutions } from '../../protocol/loop-lag.ts'
import { version } from '../../protocol/version.ts'
import type { Events } from '../events/events.ts'
import type { Journal } from '../events/journal.ts'
import { Sleeps } from '../events/sleeps.ts'
import type { Hooks } from '../hooks/hooks.ts'
import { listenForShims } from '../link/links.ts'
import type { AuditLog } from '../server/access/audit-log.ts'
import { Authority } from '../server/access/authority.ts'
import { PageLinks } from '../server/access/page-links.ts'
import { Refusals } from '../server/access/refusals.ts'
import type { Tokens } from '../server/access/tokens.ts'
import { AtOnce } from '../server/at-once.ts'
import { FairTurns } from '../server/fair-turns.ts'
import type { Metrics } from '../server/http/metrics-door.ts'
import { askAsPod } from '../server/lines/primary.ts'
import { Rpc } from '../server/lines/rpc.ts'
import { serverVerbs } from '../server/lines/server-verbs.ts'
import { openDoors } from '../server/listen.ts'
import { ReadRoom } from '../server/read-room.ts'
import type { Privacy } from '../server/tls/privacy.ts'
import type { Listeners } from '../system/listeners.ts'
import type { Seams } from '../system/seams.ts'
import { gitRoom } from '../tree/git-room.ts'
import { shutOut } from '../tree/shut-out.ts'
import { Verbs } from '../verbs/by-path.ts'
import type { Daemon } from '../verbs/daemon.ts'
import { enqueuedBy } from '../verbs/due-item.ts'
import { type MetricsNeeds, metricsOf } from '../verbs/metrics.ts'
import { RequestRates } from '../verbs/request-rates.ts'
import { SharedAnswers } from '../verbs/shared-answers.ts'
import { UsageHistory } from '../verbs/usage-history.ts'
import { VitalSigns } from '../verbs/vital-signs.ts'
import { wakefulGateways, workOf } from '../verbs/work-metrics.ts'
import { Watches } from '../watch/watches.ts'
import type { Garbage } from './garbage.ts'
import type { Kept } from './kept.ts'
import type { Leave } from './leave.ts'
import { Reach } from './reach.ts'
import type { Readiness } from './readiness.ts'
import { openShell } from './shell.ts'
import type { Started } from './started-with.ts'
import type { Teardown } from './teardown.ts'
import type { Upgrade } from './upgrade.ts'

export type DoorsOptions = {
  seams: Seams
  kept: Kept
  /** The tokens that let clients in, and the log of what they do. */
  tokens: Tokens
  audit: AuditLog
  privacy: Privacy
  /** The id of the host. */
  id: string
  startedAt: string
  leave: Leave
  /** Where it listens, and what it remembers of that. */
  started: Pick<Started, 'at' | 'remembered'>
  listeners: Listeners
  upgrade: Upgrade
  journal: Journal
  /** Told of what pods hold. */
  events: Pick<Events, 'memoryOf'>
  hooks: Hooks
  readiness: Readiness
  /** Told of each answer. */
  garbage: Garbage
}

/** The doors of clients. */
export type ClientDoors = {
  /** Where they are, as far as they are open. */
  readonly reach: Pick<Reach, 'doors'>
  /**
   * Lets clients in. Whoever was let in by a host that fails to take the place of another one would be cut off.
   * @throws {P8aError} `port_in_use`, `bad_address`; `bad_settings` for a shell without a password
   */
  open(): Promise<void>
}

/** Opens the door of the shims. */
export async function openDoorOfShims(options: DoorsOptions, teardown: Teardown): Promise<ClientDoors> {
  const { seams, kept, privacy, listeners } = options
  const reach = new Reach(privacy.certificate)
  const vitals = new VitalSigns({ ...seams, hosts: kept.hosts })
  const rates = new RequestRates(async () => await wakefulGateways({ hosts: kept.hosts, verbs }), seams.clock)
  const requests = async () => await rates.look()
  const usage = new UsageHistory({ ...seams, hosts: kept.hosts, vitals, requests })
  teardown.defer(usage.begin())
  options.events.memoryOf = ({ path, pod }) => {
    const memory = usage.last({ path, name: pod })[0]?.memory
    return memory === undefined ? undefined : Math.round(memory)
  }
  const sleeps = new Sleeps(options.journal)
  const lag = new LoopLag(resolutions.hostMs)
  teardown.defer(() => lag.end())
  const exposed = new SharedAnswers(async path => await metricsOf(path, needed))
  const metrics = async (path: string) => await exposed.of(path)
  const verbs = makeVerbs(options, { reach, usage, sleeps, vitals, metrics })
  const needed = metricsNeeds(options, { usage, lag, verbs, sleeps, vitals })
  kept.onEnqueue(enqueuedBy(verbs))
  const refusals = new Refusals(options.audit, seams)
  teardown.defer(() => refusals.close())
  const rpc = makeRpc(options, { verbs, refusals })
  teardown.defer(
    await listenForShims({ ...kept, verbs, listeners, askAsPod: async asked => await askAsPod(rpc, asked) }),
  )
  return { reach, open: async () => await openForClients(options, { rpc, reach, metrics, teardown }) }
}

type Behind = { rpc: Rpc; reach: Reach; metrics: Metrics; teardown: Teardown }

async function openForClients(
  { seams, kept: { hosts }, privacy, started, listeners, readiness, tokens }: DoorsOptions,
  { rpc, reach, metrics, teardown }: Behind,
): Promise<void> {
  const { host, port, shellPort } = started.at
  const authority = new Authority({ ...seams, tokens })
  // Before the others: a client that gets an answer finds everything open.
  const { certificate } = privacy
  if (shellPort !== undefined && certificate) {
    const shell = await openShell({ seams, listeners, host, port: shellPort, certificate, authority })
    teardown.defer(async () => await shell.close())
    reach.onShell(shell.address)
  }
  const onAddresses = (addresses: string[]) => reach.onAddresses(addresses)
  const isReady = () => readiness.isReady
  const keptOut = () => shutOut(hosts)
  const mayBring = async (path: string) => await gitRoom(path, hosts)
  const way = { host, port, shutOut: keptOut, onAddresses, isReady, metrics, gitRoom: mayBring, tls: privacy.door }
  const doors = await openDoors({ seams, listeners, rpc, authority, ...way })
  teardown.defer(async () => await doors.close())
}

function metricsNeeds(
  { seams: { clock }, kept: { hosts, spares }, journal: { counts }, startedAt, hooks }: DoorsOptions,
  { verbs, ...more }: Pick<MetricsNeeds, 'usage' | 'lag' | 'sleeps' | 'vitals'> & { verbs: Verbs },
): MetricsNeeds {
  const work = async (path: string) => await workOf(path, { hosts, verbs })
  return { version, startedAt, hosts, counts, hooks, clock, work, spares: () => spares.counts, ...more }
}

function makeVerbs(
  { kept: { hosts, spares, ports, bounds }, id, startedAt, leave, started, upgrade, journal, hooks }: DoorsOptions,
  { reach, ...seen }: { reach: Reach } & Pick<Daemon, 'usage' | 'sleeps' | 'vitals' | 'metrics'>,
): Verbs {
  const verbs: Verbs = new Verbs(hosts, {
    id,
    version,
    startedAt,
    startedWith: started.remembered,
    hosts,
    doors: () => reach.doors,
    spares: () => spares.counts,
    ...seen,
    ports,
    bounds,
    journal,
    hooks,
    watch: async asked => await watches.open(asked),
    settled: async () => await leave.settled(),
    stop: () => leave.now('asked to'),
    upgrade,
  })
  const watches = new Watches(hosts, verbs)
  return verbs
}

function makeRpc(
  { seams, tokens, audit, garbage }: DoorsOptions,
  { verbs, refusals }: { verbs: Verbs; refusals: Refusals },
): Rpc {
  return new Rpc({
    verbs,
    log: seams.log,
    readRoom: new ReadRoom(seams.settings),
    turns: new FairTurns(seams.settings),
    requests: new AtOnce('maxTokenRequests', seams.settings),
    streams: new AtOnce('maxTokenStreams', seams.settings),
    maxAnswersBytes: seams.settings.maxUnreadBytes,
    own: serverVerbs({ tokens, pages: new PageLinks({ ...seams, tokens }), audit, version, tell: seams.tell }),
    audit: { log: refusals, clock: seams.clock },
    onAnswered: () => garbage.expect(),
  })
}
