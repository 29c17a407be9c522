// Asks again what was not done, and would be a moment later: while the servers of the engine agree anew on who leads, it refuses or is silent.
import { setTimeout as delay } from 'node:timers/promises'

const againMs = 100

/** What an error may say of itself. */
type Passing = { code?: unknown; name?: unknown; isPassing?: unknown }

/** Asks again while what it throws `isPassing`, for this long at most. @throws what `work` throws */
export async function patiently<T>(
  work: () => Promise<T>,
  { isPassing, forMs }: { isPassing: (error: Passing) => boolean; forMs: number },
): Promise<T> {
  const giveUpAtMs = performance.now() + forMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error as object) || performance.now() > giveUpAtMs) throw error
      await delay(againMs)
    }
  }
}
