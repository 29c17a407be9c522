// The shell's own port. Few people ask for it, so its code is loaded only then.
import type { ShellDoor, ShellDoorOptions } from '../server/shell/door.ts'

/** @throws {P8aError} `bad_settings` if there is no password; `port_in_use`, `bad_address` */
export async function openShell(options: ShellDoorOptions): Promise<ShellDoor> {
  const { openShellDoor } = await import('../server/shell/door.ts')
  return await openShellDoor(options)
}
