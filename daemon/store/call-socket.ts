// Where a run listens for the calls of other runs. Its shim makes the socket; the host names it, and removes it.
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataPaths } from '../system/paths.ts'
import { removeTrees } from '../system/remove-tree.ts'

const nameLength = 7

/**
 * The path of a run's socket. It is derived from the run's ticket, so that every host can compute it, and reveals
 * nothing about the ticket. It has only lower-case letters and digits, for file systems that ignore case.
 */
export function callSocket({ calls }: Pick<DataPaths, 'calls'>, ticket: string): string {
  const digest = createHash('sha256').update(ticket).digest().readBigUInt64BE()
  return join(calls, digest.toString(36).padStart(nameLength, '0').slice(-nameLength))
}

/** Removes the socket of a run that is over. */
export async function removeCallSocket(paths: Pick<DataPaths, 'calls'>, ticket: string): Promise<void> {
  // If it cannot be removed now, the next host removes it.
  await removeTrees([callSocket(paths, ticket)]).catch(() => {})
}

/** Removes the sockets of runs that ended while there was no host. */
export async function sweepCallSockets(paths: Pick<DataPaths, 'calls'>, tickets: readonly string[]): Promise<void> {
  const used = new Set(tickets.map(ticket => callSocket(paths, ticket)))
  const files = (await readdir(paths.calls)).map(name => join(paths.calls, name))
  await removeTrees(files.filter(file => !used.has(file)))
}
