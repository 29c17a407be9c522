// Waits for what a test cannot be told of by an event, by looking again and again within a deadline: the longer it takes, the
// more seldom, since most looks take processor time from what is waited for.
import { setTimeout as delay } from 'node:timers/promises'

/** How long anything may take before a test gives up on it: long, since a machine may have much else to do. */
const deadlineMs = 60_000

/** How much longer each pause is than the one before it, and how often the first one the longest is. */
const [longer, most] = [1.25, 8]

/**
 * Asks again and again until the answer is true.
 * @param what what is waited for, which the error names
 * @param options `everyMs`: the first pause, of which the longest is eight times as long
 * @returns what was true
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  what: string,
  { everyMs = 20, forMs = deadlineMs }: { everyMs?: number; forMs?: number } = {},
): Promise<Exclude<T, false | null | undefined>> {
  const giveUpAtMs = performance.now() + forMs
  for (let pauseMs = everyMs; ; pauseMs = Math.min(longer * pauseMs, most * everyMs)) {
    const answer = await ask()
    if (answer) return answer as Exclude<T, false | null | undefined>
    if (performance.now() > giveUpAtMs) throw new Error(`Waited too long until ${what}`)
    // Nobody tells of it.
    await delay(pauseMs)
  }
}
