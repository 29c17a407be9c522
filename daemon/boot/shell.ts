// The shell's own port, which few ask for: all of it is loaded only then.
import type { ShellDoor, ShellDoorOptions } from '../server/shell/door.ts'

/** @throws {P8aError} `bad_settings` where there is no password; `port_in_use`, `bad_address` */
export async function openShell(options: ShellDoorOptions): Promise<ShellDoor> {
  const { openShellDoor } = await import('../server/shell/door.ts')
  return await openShellDoor(options)
}
