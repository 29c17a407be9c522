// Whether a host answers at a remote, within a deadline. It returns an outcome and throws nothing.
import { deadlineSignal } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import { openHost, type Reach } from './remote-host.ts'
import type { Remote } from './remotes.ts'

export type Found = { answers: true; version: string; pods: number } | { answers: false; problem: string; code: string }

/** Asks the host at `remote` what it is, and waits at most `withinMs`. */
export async function probe(remote: Remote, reach: Reach, withinMs: number): Promise<Found> {
  try {
    const host = await openHost(remote, reach, deadlineSignal(withinMs))
    const info = await host.call('host.info', {}).finally(() => host.client.close())
    return { answers: true, version: info.version, pods: podCount(info) }
  } catch (error) {
    return {
      answers: false,
      problem: error instanceof Error ? error.message : String(error),
      code: error instanceof P8aError ? error.code : 'internal',
    }
  }
}

/** How many pods a host has, in whatever state. */
export function podCount(info: HostInfo): number {
  return Object.values(info.pods).reduce((total, number) => total + number, 0)
}
