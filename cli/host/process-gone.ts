// Waits for the end of a process that is not our child. It must not signal it.
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** How long a process that has closed its sockets may take to end. */
const mostMs = 10_000

/** Resolves when process `pid` is gone, or after 10 s. There is no event for the end of another's child, so it asks. */
export async function processGone(pid: number): Promise<void> {
  const endMs = performance.now() + mostMs
  while (performance.now() < endMs && (await isAlive(pid))) await delay(10)
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  // A zombie can get signals too. Without /proc it counts as alive until its parent has read its end.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return !/\) [ZX] /.test(stat)
}
