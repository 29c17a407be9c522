// The parts that keep pods: the pods of all hosts, read from the disk, and what all of them share. Nothing is started
// yet.
import { existsSync } from 'node:fs'
import { Bounds } from '../bounds/bounds.ts'
import { openGroups, sweepGroups } from '../bounds/groups.ts'
import { Quotas } from '../bounds/quotas.ts'
import { Keepers } from '../keeper/keepers.ts'
import { nurseryOf } from '../port/nursery.ts'
import { Ports } from '../port/ports.ts'
import { ScriptQueue } from '../script/queue.ts'
import { SparePools } from '../spare/pools.ts'
import { Spares } from '../spare/spares.ts'
import { sweepCallSockets } from '../store/call-socket.ts'
import { readQuotas } from '../store/quotas-file.ts'
import { Gate } from '../system/gate.ts'
import type { Seams } from '../system/seams.ts'
import { Hosts } from '../tree/hosts.ts'
import { loadHosts } from '../tree/load-hosts.ts'
import { openPlace, type PlaceNeeds } from '../tree/open-place.ts'
import type { Place } from '../tree/place.ts'
import { regain } from '../tree/regain.ts'
import { Tenants } from '../tree/tenants.ts'
import type { Arguments } from './arguments.ts'
import type { Teardown } from './teardown.ts'

export type Kept = {
  root: Place
  hosts: Hosts
  spares: SparePools
  ports: Ports
  keepers: Keepers
  bounds: Bounds
  /** Whoever does verbs enqueues what is due from then on. */
  onEnqueue(enqueue: PlaceNeeds['enqueue']): void
}

/** @throws {P8aError} `state_broken` if it cannot be known what runs, or what tenants may have */
export async function openKept(
  seams: Seams,
  teardown: Teardown,
  { softFiles }: Pick<Arguments, 'softFiles'>,
): Promise<Kept> {
  const { settings } = seams
  const startGate = new Gate({ width: settings.maxStarting })
  const keepers = new Keepers(seams, { softFiles })
  teardown.defer(() => keepers.detach())
  // Before anything is begun: this process has to be alone in its group.
  await openGroups()
  const quotas = new Quotas(await readQuotas(seams.paths))
  const tenants = new Tenants(quotas)
  const bounds = new Bounds(seams, quotas)
  teardown.defer(() => bounds.detach())
  const ports = new Ports(seams, keepers)
  teardown.defer(() => ports.detach())
  const spares = new Spares({ ...seams, startGate })
  const portSpares = new Spares({ ...seams, startGate, nursery: nurseryOf(ports, seams) }, () => ports.hasAny)
  ports.onFirst = () => void portSpares.refill()
  ports.onNone = () => portSpares.shrink()
  const pools = new SparePools(spares, portSpares)
  await pools.open()
  teardown.defer(() => pools.detach())
  const scriptQueue = new ScriptQueue({ width: settings.maxScripts })
  // A schedule may be due before there are verbs: it waits for them.
  const { promise: enqueues, resolve: onEnqueue } = Promise.withResolvers<PlaceNeeds['enqueue']>()
  const enqueue: PlaceNeeds['enqueue'] = async (path, item) => await (await enqueues)(path, item)
  const shared = { startGate, spares, portSpares, ports, keepers, bounds, scriptQueue, tenants, enqueue }
  const needs = { ...seams, path: '', ...shared }
  const root = openPlace(needs)
  await root.files.load()
  teardown.defer(async () => await root.detach())
  const hosts = new Hosts(root, needs)
  teardown.defer(async () => await hosts.detach())
  await loadHosts(hosts)
  ports.regain = async (key, of) => await regain(hosts, { key, ...of, ticket: keepers.ticket })
  await sweepCallSockets(seams.paths, hosts.tickets())
  await sweepGroups(hosts.runKeys())
  if (existsSync(seams.paths.containers)) void sweepContainers(seams, () => hosts.runKeys())
  return { root, hosts, spares: pools, ports, keepers, bounds, onEnqueue }
}

/** Ends the containers that earlier hosts left. */
async function sweepContainers({ paths, log, processes }: Seams, keys: () => readonly string[]): Promise<void> {
  try {
    const { sweepContainers: sweep } = await import('../bounds/containers.ts')
    const left = await sweep(paths.data, { keys, processes })
    if (left.length > 0) log.warn('adopt', 'containers of no run were ended', { containers: left })
  } catch (error) {
    log.error('adopt', 'containers could not be looked for', { err: error })
  }
}

/** Brings every pod to its wanted state, and makes the first spare. */
export async function beginKept({ root, hosts, spares, ports }: Kept): Promise<void> {
  void ports.begin()
  await root.pods.reconcile()
  await hosts.reconcile()
  void spares.refill()
}
