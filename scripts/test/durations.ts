// How long each test file took the last time it ran here, so that the long ones go first and the end is not spent waiting
// for one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type Durations = Readonly<Record<string, number>>

/** @returns milliseconds by test file; none where nothing was kept, or where it cannot be read */
export function readDurations(file: string): Durations {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Durations
  } catch {
    // Nothing was kept yet: the order is a guess then, and no test depends on it.
    return {}
  }
}

export function keepDurations(file: string, durations: Durations): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...readDurations(file), ...durations }, null, 1)}\n`)
}

/** What is long wherever it runs, in seconds: a new clone knows no durations, and must not begin one of these last. */
const long: [part: string, seconds: number][] = [
  ['e2e/points-scripts', 25],
  ['e2e/points-', 120],
  ['e2e/faults-', 90],
  ['docs/pages/gateway', 90],
  ['docs/pages/pods', 80],
  ['docs/pages/', 50],
  ['e2e/gateway.', 50],
  ['e2e/bad-input', 70],
  ['e2e/chaos', 60],
  ['e2e/logs', 60],
  ['e2e/pods', 60],
  ['e2e/handlers', 55],
  ['e2e/scripts', 50],
  ['e2e/folders', 50],
  ['e2e/schedules', 40],
  ['e2e/hosts', 40],
  ['lifecycle/walk', 40],
  ['lifecycle/', 10],
  ['scripts/fuzz.', 30],
  ['etc/examples', 40],
  ['e2e/security', 40],
  ['scripts/fuzz-hosts', 30],
  ['e2e/', 25],
]

/** How long a file takes, in milliseconds. Of one that never ran, it is guessed by its name. */
export function expectedMs(file: string, durations: Durations): number {
  return durations[file] ?? 1000 * (long.find(([part]) => file.includes(part))?.[1] ?? 1)
}

export function longestFirst(files: readonly string[], durations: Durations): string[] {
  return files.toSorted((a, b) => expectedMs(b, durations) - expectedMs(a, durations))
}
