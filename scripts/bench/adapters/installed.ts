// Finds the programs of the peers.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'

/** The path of a program in PATH, or where Debian puts what only root runs. */
export function findProgram(name: string): string | undefined {
  const dirs = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/sbin', '/sbin']
  return dirs.map(dir => join(dir, name)).find(isProgram)
}

/** What dpkg says the version of a package is: s6 and runit do not say it themselves. */
export function debianVersion(name: string): string | undefined {
  const { exitCode, stdout } = execaSync('dpkg-query', ['--status', name], { reject: false })
  return exitCode === 0 ? /^Version: (.*?)(-[^-]*)?$/m.exec(stdout)?.[1] : undefined
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Not there, or not for us.
    return false
  }
}
