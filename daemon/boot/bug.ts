// An error that nobody expected ends the daemon: pods live on, and the next daemon adopts them.
import type { HostLog } from '../system/host-log.ts'

/** The exit code of a daemon that a bug has ended; its supervisor starts it again. */
export const bugExitCode = 70

export function endOnBug(log: HostLog): void {
  const end = (error: unknown) => {
    log.error('bug', 'an error that nobody expected ends the host', { err: error })
    process.stderr.write(`p8a: a bug: ${error instanceof Error ? error.stack : error}\n`)
    process.exit(bugExitCode)
  }
  // Its output may go to a file on a full disk, or to a closed pipe: that is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}
