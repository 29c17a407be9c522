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

/**
 * What is long wherever it runs, in seconds: a new clone knows no durations, and must not begin one of these last. What needs
 * programs of the system (the page, fleets) is not first: they may yet be on their way.
 */
const long: [part: string, seconds: number][] = [
  ['e2e/pods', 85],
  ['e2e/handlers', 70],
  ['e2e/git.', 70],
  ['lifecycle/walk', 60],
  ['e2e/logs', 60],
  ['e2e/page', 55],
  ['e2e/fleet', 55],
  ['e2e/gateway.', 50],
  ['docs/pages/gateway', 50],
  ['docs/pages/pods', 45],
  ['e2e/bounds', 45],
  ['e2e/spares', 45],
  ['e2e/folders', 45],
  ['e2e/queues', 45],
  ['e2e/transcript', 45],
  ['e2e/chaos', 40],
  ['e2e/sleep', 40],
  ['e2e/adoption', 35],
  ['e2e/hosts', 35],
  ['e2e/services', 35],
  ['e2e/faults-end', 35],
  ['e2e/containers-life', 35],
  ['e2e/upgrade', 30],
  ['e2e/release-before', 30],
  ['e2e/security', 30],
  ['e2e/scripts', 30],
  ['scripts/fuzz', 30],
  ['etc/examples', 30],
  ['fleet/nats.', 25],
  ['docs/pages/', 20],
  ['security/keeper', 20],
  ['gateway/registry/registry', 15],
  ['lifecycle/rest', 15],
  ['lifecycle/seat', 10],
  ['port/ports', 10],
  ['scripts/arrows', 7],
  ['scripts/mirror.', 7],
  ['tree/sleepers', 7],
  ['fleet/member.', 7],
  ['redis-store', 7],
  ['fleet/placing', 5],
  ['pod/kept-runs', 5],
  ['e2e/', 25],
]

/** How long a file takes, in milliseconds. Of one that never ran, it is guessed by its name. */
export function expectedMs(file: string, durations: Durations): number {
  return durations[file] ?? 1000 * (long.find(([part]) => file.includes(part))?.[1] ?? 1)
}

export function longestFirst(files: readonly string[], durations: Durations): string[] {
  return files.toSorted((a, b) => expectedMs(b, durations) - expectedMs(a, durations))
}
