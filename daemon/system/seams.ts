// The outside world as the parts of a host see it, so that tests can put their own in its place. It knows no part of
// the host: a part gets what it needs from others by name.
import type { Telling } from '../../protocol/events.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { Clock } from './clock.ts'
import type { Descriptors } from './descriptors.ts'
import type { HostLog } from './host-log.ts'
import type { DataPaths } from './paths.ts'
import type { Processes } from './process.ts'
import type { UserDoors } from './user-doors.ts'

export type Seams = {
  /** Where a host's files are; a host within another has its own. */
  paths: DataPaths
  settings: Settings
  log: HostLog
  clock: Clock
  processes: Processes
  /** What is left of the files that this process may have open. */
  descriptors: Descriptors
  /** This boot of the machine. */
  boot: string
  /** Program and arguments of a shim, without the Node flags of a pod. */
  shim: { node: string; file: string }
  /** Where runs that have a user of their own reach the host. */
  userDoors: UserDoors
  /** Tells an event, which goes into the journal: the one function by which any part of a host tells events of its own kind. */
  tell(event: Telling): void
  /** A random number from 0 to 1. */
  random(): number
}
