// The parts that keep pods: the pods of all hosts, read from the disk, and what all of them share. Nothing is started
// yet.
import { Keepers } from '../keeper/keepers.ts'
import { ScriptQueue } from '../script/queue.ts'
import { Spares } from '../spare/spares.ts'
import { sweepCallSockets } from '../store/call-socket.ts'
import { Gate } from '../system/gate.ts'
import type { Seams } from '../system/seams.ts'
import { Hosts } from '../tree/hosts.ts'
import { loadHosts } from '../tree/load-hosts.ts'
import { openPlace } from '../tree/open-place.ts'
import type { Place } from '../tree/place.ts'
import type { Arguments } from './arguments.ts'
import type { Teardown } from './teardown.ts'

export type Kept = { root: Place; hosts: Hosts; spares: Spares; keepers: Keepers }

/** @throws {P8aError} `state_broken` if it cannot be known what runs */
export async function openKept(
  seams: Seams,
  teardown: Teardown,
  { softFiles }: Pick<Arguments, 'softFiles'>,
): Promise<Kept> {
  const { settings } = seams
  const startGate = new Gate({ width: settings.maxStarting })
  const spares = new Spares({ ...seams, startGate })
  await spares.open()
  teardown.defer(() => spares.detach())
  const keepers = new Keepers(seams, { softFiles })
  teardown.defer(() => keepers.detach())
  const scriptQueue = new ScriptQueue({ width: settings.maxScripts })
  const needs = { ...seams, path: '', startGate, spares, keepers, scriptQueue }
  const root = openPlace(needs)
  await root.files.load()
  teardown.defer(() => root.detach())
  const hosts = new Hosts(root, needs)
  teardown.defer(async () => await hosts.detach())
  await loadHosts(hosts)
  await sweepCallSockets(seams.paths, hosts.tickets())
  return { root, hosts, spares, keepers }
}

/** Brings every pod to its wanted state, and makes the first spare. */
export async function beginKept({ root, hosts, spares }: Kept): Promise<void> {
  await root.pods.reconcile()
  await hosts.reconcile()
  void spares.refill()
}
