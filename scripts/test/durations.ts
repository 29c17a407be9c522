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

/** Longest first. Of a file that never ran, an end-to-end one is taken to be long, and another to be short. */
export function longestFirst(files: readonly string[], durations: Durations): string[] {
  const expectedMs = (file: string) => durations[file] ?? (file.includes('e2e') ? 20_000 : 1000)
  return files.toSorted((a, b) => expectedMs(b) - expectedMs(a))
}
