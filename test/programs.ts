// Which programs this machine has.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Whether a program is found on a PATH. */
export function isOnPath(program: string, path = process.env.PATH ?? ''): boolean {
  return pathOf(program, path) !== undefined
}

/** Where a program is found on a PATH. */
export function pathOf(program: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map(folder => join(folder, program))
    .find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
