// What follows from the memory that all runs of a tenant use, as a pure function: where it is too much, the largest are ended until
// the rest of them fit.
import { sizeText } from '../../protocol/size.ts'

/** A run that lives, with all that it has started. */
export type Using = { key: string; memory: number }

/** @param path whose quota it is. @returns the runs to end, the largest first, and what is said of it */
export function decideQuota(
  runs: readonly Using[],
  { path, most }: { path: string; most: number },
): { keys: string[]; said: string } {
  const all = runs.reduce((sum, { memory }) => sum + memory, 0)
  const keys: string[] = []
  let left = all
  for (const { key, memory } of runs.toSorted((a, b) => b.memory - a.memory)) {
    if (left <= most) break
    keys.push(key)
    left -= memory
  }
  return { keys, said: `memory quota ${sizeText(most)} of ${path} (was ${sizeText(all)} in all)` }
}
