// All rows, in the order of the table.
import { appMemory } from './app-memory.ts'
import { attacks } from './attacks.ts'
import { bounds } from './bounds.ts'
import { calls } from './calls.ts'
import { crashes } from './crashes.ts'
import { daemonMemory } from './daemon-memory.ts'
import { depth } from './depth.ts'
import { fifty } from './fifty.ts'
import { fleetCalls } from './fleet-calls.ts'
import { fleetFailover } from './fleet-failover.ts'
import { fleetIdle } from './fleet-idle.ts'
import { fleetLost } from './fleet-lost.ts'
import { fleetStart } from './fleet-start.ts'
import { folder } from './folder.ts'
import { gateway } from './gateway.ts'
import { gatewayIdle } from './gateway-idle.ts'
import { gatewayLife } from './gateway-life.ts'
import { gitPush } from './git-push.ts'
import { idle } from './idle.ts'
import { items } from './items.ts'
import { itemsLife } from './items-life.ts'
import { list } from './list.ts'
import { logExit } from './log-exit.ts'
import { logMillion } from './log-million.ts'
import { lossless } from './lossless.ts'
import { many } from './many.ts'
import { publish } from './publish.ts'
import { push } from './push.ts'
import { recovery } from './recovery.ts'
import { reload } from './reload.ts'
import { respawn } from './respawn.ts'
import type { Row } from './row.ts'
import { scriptOutput } from './script-output.ts'
import { scripts } from './scripts.ts'
import { seen } from './seen.ts'
import { served } from './served.ts'
import { service } from './service.ts'
import { sleep } from './sleep.ts'
import { spares } from './spares.ts'
import { start } from './start.ts'
import { startOpen } from './start-open.ts'
import { stream } from './stream.ts'

export const allRows: readonly Row[] = [
  list,
  start,
  startOpen,
  respawn,
  service,
  crashes,
  fifty,
  idle,
  seen,
  daemonMemory,
  appMemory,
  spares,
  bounds,
  attacks,
  logMillion,
  logExit,
  recovery,
  many,
  push,
  folder,
  gitPush,
  calls,
  publish,
  stream,
  depth,
  scripts,
  scriptOutput,
  served,
  lossless,
  reload,
  sleep,
  gateway,
  gatewayIdle,
  gatewayLife,
  items,
  itemsLife,
  fleetStart,
  fleetCalls,
  fleetFailover,
  fleetLost,
  fleetIdle,
]
