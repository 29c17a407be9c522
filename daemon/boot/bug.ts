// An error that nobody expected ends the daemon: pods live on, and the next daemon adopts them.
import type { HostLog } from '../system/host-log.ts'

/** What a bug ends the daemon with; its supervisor starts it again. */
const bugExitCode = 70

export function endOnBug(log: HostLog): void {
  const end = (error: unknown) => {
    log.error('bug', 'an error that nobody expected ends the host', { err: error })
    process.stderr.write(`p8a: a bug: ${error instanceof Error ? error.stack : error}\n`)
    process.exit(bugExitCode)
  }
  // What it prints may go to a file on a disk that is full, or to nobody any more: no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}
