// What every part of a host is given: the outside world behind a few seams, so that tests can put their own there.

import type { Settings } from '../protocol/settings.ts'
import type { Keepers } from './script/keepers.ts'
import type { ScriptQueue } from './script/queue.ts'
import type { Spares } from './spare/spares.ts'
import type { Gate } from './system/gate.ts'
import type { HostLog } from './system/host-log.ts'
import type { DataPaths } from './system/paths.ts'
import type { Processes } from './system/process.ts'

export type Clock = {
  /** Monotonic milliseconds: for everything that is waited for or measured. */
  nowMs(): number
  /** Wall clock milliseconds since 1970: for records and logs only. */
  wallMs(): number
}

export const systemClock: Clock = { nowMs: () => performance.now(), wallMs: () => Date.now() }

export type Context = {
  /** The dotted path of the host; of the root it is empty. */
  path: string
  paths: DataPaths
  settings: Settings
  log: HostLog
  clock: Clock
  processes: Processes
  /** This boot of the machine. */
  boot: string
  /** Program and arguments of a shim, without Node flags of the pod's. */
  shim: { node: string; file: string }
  /** Lets only so many processes boot at once. */
  startGate: Gate
  /** Processes that wait for a run. */
  spares: Spares
  /** The parents of scripts, and the order in which scripts get their turn. */
  keepers: Keepers
  scriptQueue: ScriptQueue
  /** From 0 to 1, anew each time. */
  random(): number
}

/** Now, as records have it. */
export function timeText(clock: Clock): string {
  return new Date(clock.wallMs()).toISOString()
}
