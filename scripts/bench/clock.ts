// The kernel's monotonic clock, which is the same in every process; and waiting by it.
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds since the machine started, to the nanosecond. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Asks again and again until something is so. @throws {Error} naming what, after the deadline */
export async function until<T>(
  ask: () => T | Promise<T>,
  { what, everyMs = 20, deadlineMs = 60_000 }: { what: string; everyMs?: number; deadlineMs?: number },
): Promise<Exclude<T, false | null | undefined>> {
  const endMs = nowMs() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer as Exclude<T, false | null | undefined>
    if (nowMs() > endMs) throw new Error(`Waited ${deadlineMs / 1000} s in vain until ${what}`)
    await delay(everyMs)
  }
}
