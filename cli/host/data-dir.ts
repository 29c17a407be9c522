// Which data directory is meant, and the files in it that the CLI reads. The daemon owns the directory.
import { join, resolve } from 'node:path'
import { environment } from '../environment.ts'

/**
 * The data directory: what was given, else P8A_DATA, else `~/.p8a`, for root `/var/lib/p8a`. Absolute. A `~` that no shell
 * has replaced, as in `--data=~/x`, is the home directory.
 */
export function dataDir(given: string | undefined): string {
  const root = process.getuid?.() === 0
  const dir = given || environment.dataDir || (root ? '/var/lib/p8a' : '~/.p8a')
  return resolve(dir.replace(/^~(?=\/|$)/, () => homeDir()))
}

/** The user's home directory; without a `HOME` that is one, what the system has for the user, and `/` for one that it does not know. */
export function homeDir(): string {
  if (environment.home !== undefined) return environment.home
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir
  } catch {
    return '/'
  }
}

/** The Unix socket of the host in `dir`. */
export function socketFile(dir: string): string {
  return join(dir, 'host.sock')
}

/** The file with the token of the host in `dir`. */
export function tokenFile(dir: string): string {
  return join(dir, 'token')
}

/** Where the output of a detached host in `dir` goes. */
export function hostOutputFile(dir: string): string {
  return join(dir, 'logs', 'host.out')
}
