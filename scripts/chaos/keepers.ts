// The keepers of the host under attack: killed, or stopped for a while.
import { setTimeout as delay } from 'node:timers/promises'
import { ours } from './processes.ts'
import type { Chance } from './seed.ts'

/** Kills a keeper of the host in `dir`. @returns whether there was one */
export function killKeeper(dir: string): boolean {
  return signalKeepers(dir, { signal: 'SIGKILL', most: 1 })
}

/** Stops a keeper for up to four seconds. @returns whether there was one */
export async function hangKeeper(dir: string, chance: Chance): Promise<boolean> {
  if (!signalKeepers(dir, { signal: 'SIGSTOP', most: 1 })) return false
  await delay(chance.between(20, 4000))
  // Whichever it was: the others take no notice.
  signalKeepers(dir, { signal: 'SIGCONT', most: Number.POSITIVE_INFINITY })
  return true
}

function signalKeepers(dir: string, { signal, most }: { signal: NodeJS.Signals; most: number }): boolean {
  const keepers = ours(dir).filter(({ command }) => command.startsWith('p8a keeper'))
  for (const { pid } of keepers.slice(0, most)) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended.
    }
  }
  return keepers.length > 0
}
