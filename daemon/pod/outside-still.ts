// Since when nothing goes on at the ports of a program that cannot be asked: by its connections, as the kernel tells of them.
import { deadline, monotonicMs } from '../../protocol/deadline.ts'
import type { Port } from '../../protocol/listen.ts'
import { type Connections, readConnections } from '../system/connections.ts'

/** It is looked at so many times while nothing may go on, at least and at most so often. */
const looks = 10
const leastMs = 50
/** The kernel remembers for a minute what was closed. */
const mostMs = 15_000

/** Whether nobody is connected, nor was within that time. */
export function isStill({ open, closedMs = Number.POSITIVE_INFINITY }: Connections, forMs: number): boolean {
  return open === 0 && closedMs >= Math.min(forMs, mostMs)
}

/** As {@link isStill}, by what the kernel tells now. Where it does not tell, nobody may be sure. */
export async function mayRestOutside(ports: readonly Port[], forMs: number): Promise<boolean> {
  if (forMs === 0) return true
  const now = await readConnections(ports)
  return now !== undefined && isStill(now, forMs)
}

/** Resolves once nobody has been connected for so long; never, where the system does not tell. Rejects by the signal. */
export async function stillOutside(
  { ports, forMs, signal }: { ports: readonly Port[]; forMs: number; signal: AbortSignal },
  read: (ports: readonly Port[]) => Promise<Connections | undefined> = readConnections,
): Promise<void> {
  const lookMs = Math.min(Math.max(forMs / looks, leastMs), mostMs)
  let lastMs = monotonicMs()
  for (;;) {
    signal.throwIfAborted()
    const found = await read(ports)
    const now = monotonicMs()
    if (!found || found.open > 0) lastMs = now
    else if (found.closedMs !== undefined) lastMs = Math.max(lastMs, now - found.closedMs)
    if (now - lastMs >= forMs) return
    await pause(lookMs, signal)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = deadline(resolve, ms)
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise.finally(() => clearTimeout(timer))
}
