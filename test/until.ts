// Waits for what a test cannot be told of by an event, by looking again and again within a deadline.
import { setTimeout as delay } from 'node:timers/promises'

/** How long anything may take before a test gives up on it: long, since a machine may have much else to do. */
const deadlineMs = 60_000

/**
 * Asks again and again until the answer is true.
 * @param what what is waited for, which the error names
 * @returns what was true
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  what: string,
  { everyMs = 20, forMs = deadlineMs }: { everyMs?: number; forMs?: number } = {},
): Promise<Exclude<T, false | null | undefined>> {
  const giveUpAtMs = performance.now() + forMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer as Exclude<T, false | null | undefined>
    if (performance.now() > giveUpAtMs) throw new Error(`Waited too long until ${what}`)
    await delay(everyMs)
  }
}
