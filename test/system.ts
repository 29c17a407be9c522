// The programs of the system that tests try p8a with; scripts/system.ts installs them.
import { pathOf } from './programs.ts'

/** Where a program is; undefined if this machine has none: then what needs it is skipped by name. */
export function systemProgram(name: string): string | undefined {
  return pathOf(name)
}
