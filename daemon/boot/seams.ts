// The real outside world, for this daemon.
import type { Settings } from '../../protocol/settings.ts'
import { systemClock } from '../system/clock.ts'
import { Descriptors, readDescriptorLimit } from '../system/descriptors.ts'
import { openHostLog } from '../system/host-log.ts'
import { readBootId } from '../system/identity.ts'
import type { DataPaths } from '../system/paths.ts'
import { shimFile } from '../system/programs.ts'
import type { Seams } from '../system/seams.ts'
import { systemProcesses } from '../system/system-processes.ts'
import { UserDoors } from '../system/user-doors.ts'

/** @throws {P8aError} `state_broken` if something else is in the place of the log */
export async function openSeams(
  paths: DataPaths,
  { settings, tell }: { settings: Settings; tell: Seams['tell'] },
): Promise<Seams> {
  return {
    paths,
    settings,
    log: openHostLog(paths.hostLog, { maxBytes: settings.hostLogBytes }),
    clock: systemClock,
    processes: systemProcesses,
    descriptors: new Descriptors({
      limit: await readDescriptorLimit(),
      kept: settings.keptDescriptors,
      nowMs: systemClock.nowMs,
    }),
    boot: await readBootId(),
    shim: { node: process.execPath, file: shimFile() },
    userDoors: new UserDoors(),
    tell,
    random: Math.random,
  }
}
