// What keeps pods: the pods of all hosts, read from the disk, and what all of them share. Nothing is started yet.
import { Keepers } from '../script/keepers.ts'
import { ScriptQueue } from '../script/queue.ts'
import { Spares } from '../spare/spares.ts'
import { sweepCallSockets } from '../store/call-socket.ts'
import { Gate } from '../system/gate.ts'
import type { Seams } from '../system/seams.ts'
import { Hosts } from '../tree/hosts.ts'
import { Pods } from '../tree/pods.ts'
import type { Teardown } from './teardown.ts'

export type Kept = { pods: Pods; hosts: Hosts; spares: Spares; keepers: Keepers }

/** @throws {P8aError} `state_broken` where it cannot be known what runs */
export async function openKept(seams: Seams, teardown: Teardown): Promise<Kept> {
  const { settings } = seams
  const startGate = new Gate({ width: settings.maxStarting })
  const spares = new Spares({ ...seams, startGate })
  await spares.open()
  teardown.defer(() => spares.detach())
  const keepers = new Keepers(seams)
  teardown.defer(() => keepers.detach())
  const scriptQueue = new ScriptQueue({ width: settings.maxScripts })
  const needs = { ...seams, path: '', startGate, spares, keepers, scriptQueue }
  const pods = new Pods(needs)
  await pods.load()
  teardown.defer(() => pods.detach())
  const hosts = new Hosts(needs, pods)
  await hosts.load()
  teardown.defer(async () => await hosts.detach())
  await sweepCallSockets(seams.paths, hosts.tickets())
  return { pods, hosts, spares, keepers }
}

/** Brings every pod to what is wanted of it, and makes the first spare. */
export async function beginKept({ pods, hosts, spares }: Kept): Promise<void> {
  await pods.reconcile()
  await hosts.reconcile()
  void spares.refill()
}
