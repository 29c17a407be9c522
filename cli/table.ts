// All commands: words, arguments, options, and the file of each command, which is loaded only when it runs. It must not
// know how arguments are read or what the commands do.
import type { CommandSpec } from './argv/command.ts'
import { callTable } from './table/call.ts'
import { fleetTable } from './table/fleet.ts'
import { gatewayTable } from './table/gateway.ts'
import { groupTable } from './table/group.ts'
import { hookTable } from './table/hook.ts'
import { hostTable } from './table/host.ts'
import { imageTable } from './table/image.ts'
import { lifeTable } from './table/life.ts'
import { profileTable } from './table/profile.ts'
import { projectTable } from './table/project.ts'
import { queueTable } from './table/queue.ts'
import { quotaTable } from './table/quota.ts'
import { remoteTable } from './table/remote.ts'
import { seenTable } from './table/seen.ts'

export const table: readonly CommandSpec[] = [
  ...projectTable,
  ...lifeTable,
  ...groupTable,
  ...gatewayTable,
  ...fleetTable,
  ...profileTable,
  ...quotaTable,
  ...imageTable,
  ...queueTable,
  ...seenTable,
  ...hookTable,
  ...callTable,
  ...hostTable,
  ...remoteTable,
]
