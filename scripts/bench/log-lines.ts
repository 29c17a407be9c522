// Reads the logs of apps, whatever else stands in their lines.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { nowMs } from './clock.ts'

/** How long a log must not have grown for nothing more to be expected. */
const quietMs = 3000

/**
 * Waits until an app is through and its log grows no more.
 * @param through settles when the app has written all it has to write
 * @returns when it grew for the last time, or the app was through if that is later; on the clock of `nowMs()`
 */
export async function whenQuiet(
  files: () => string[],
  through: Promise<{ atMs: number } | undefined>,
): Promise<number> {
  const throughAtMs = (await through)?.atMs ?? nowMs()
  let [size, grewAtMs] = [totalSize(files()), throughAtMs]
  const beginMs = nowMs()
  for (let atMs = beginMs; atMs - Math.max(grewAtMs, beginMs) < quietMs; atMs = nowMs()) {
    await delay(5)
    const next = totalSize(files())
    if (next !== size) [size, grewAtMs] = [next, nowMs()]
  }
  return grewAtMs
}

/** How many of the lines `line 0000001` to `count` no file has. */
export async function missingLines(files: string[], count: number): Promise<number> {
  const seen = new Uint8Array(count + 1)
  for (const file of files) {
    let rest = ''
    for await (const chunk of createReadStream(file, { encoding: 'latin1', highWaterMark: 1024 * 1024 })) {
      const text = rest + chunk
      for (const [, number] of text.matchAll(/line (\d{7}) x{86}/g)) seen[Number(number)] = 1
      rest = text.slice(text.lastIndexOf('\n') + 1)
    }
  }
  return count - seen.slice(1).reduce((sum, isSeen) => sum + isSeen, 0)
}

/** What talkers have said: `<pid> <number>` of every whole line in these files. */
export function saidIn(files: string[]): Set<string> {
  const texts = files.map(file => readFileSync(file, 'latin1'))
  return new Set(texts.flatMap(text => [...text.matchAll(/said (\d+ \d+) \./g)].map(([, line = '']) => line)))
}

function totalSize(files: string[]): number {
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}
