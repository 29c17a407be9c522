// Runs of the pod `web` whose processes are not there at all.

import { inForceOf } from '../../../daemon/pod/in-force.ts'
import { LiveRun } from '../../../daemon/pod/live-run.ts'
import { RunProcess } from '../../../daemon/pod/run-process.ts'
import type { RunRecord } from '../../../daemon/store/run-record.ts'
import type { ShimPeer } from '../../../daemon/system/shims.ts'
import type { PodConfig } from '../../../protocol/config.ts'
import { desired, image, type PodWorld } from './pod-world.ts'

/** The first run; its process, if it has one, has the pid 5000. */
export function liveRun({ needs, alive }: PodWorld, record: Partial<RunRecord> = {}): LiveRun {
  const process = new RunProcess(needs.processes, () => {})
  const whole = { id: 'web.1', slot: 0, version: 1, ticket: 'ticket', ...record } as RunRecord
  const live = new LiveRun({ ref: { number: 1, spec: 'spec', failures: 0, restarts: 0 }, record: whole, process })
  if (record.pid === undefined) return live
  alive.set(record.pid, 'new')
  process.become({ identity: { pid: record.pid, startTime: 'new' }, exited: new Promise(() => {}) })
  return live
}

/** What is in force of a pod with this config. */
export const inForceWith = (config: PodConfig) => inForceOf({ ...desired, config }, image)

/** Its process dials, and answers so. */
export function link(live: LiveRun, answer: (method: string) => unknown): void {
  live.link.open({ request: async (method: string) => answer(method) } as unknown as ShimPeer, {})
}
