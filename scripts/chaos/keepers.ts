// The keepers of the host under attack: killed, or stopped for a while.
import { setTimeout as delay } from 'node:timers/promises'
import { type Found, ours } from './processes.ts'
import type { Chance } from './seed.ts'

/** Kills a keeper of the host in `dir`. @returns whether there was one */
export function killKeeper(dir: string): boolean {
  return signalKeepers(dir, { signal: 'SIGKILL', most: 1 })
}

/** Kills a process that waits beside a keeper for its death. @returns whether there was one */
export function killGuard(dir: string): boolean {
  const [guard] = ours(dir).filter(isGuard)
  return guard !== undefined && signal(guard.pid, 'SIGKILL')
}

/** Keepers that have more than one process beside them, and such processes without a keeper: each as a complaint. */
export function guardsAmiss(found: readonly Found[]): string[] {
  const guards = Map.groupBy(found.filter(isGuard), ({ parent }) => parent)
  return [...guards].flatMap(([parent, beside]) => {
    const keeper = found.find(({ pid }) => pid === parent)
    const pids = beside.map(({ pid }) => pid).join(', ')
    if (!keeper || !isKeeper(keeper)) return [`pid ${pids}: waits beside a keeper that is gone`]
    return beside.length > 1 ? [`keeper ${parent}: has more than one process beside it: ${pids}`] : []
  })
}

export function isKeeper({ command }: Found): boolean {
  return command.startsWith('p8a keeper')
}

export function isGuard({ command }: Found): boolean {
  return command.startsWith('/bin/sh -c read -r over ')
}

/** Stops a keeper for up to four seconds. @returns whether there was one */
export async function hangKeeper(dir: string, chance: Chance): Promise<boolean> {
  if (!signalKeepers(dir, { signal: 'SIGSTOP', most: 1 })) return false
  await delay(chance.between(20, 4000))
  // Whichever it was: the others take no notice.
  signalKeepers(dir, { signal: 'SIGCONT', most: Number.POSITIVE_INFINITY })
  return true
}

function signalKeepers(dir: string, { signal: sent, most }: { signal: NodeJS.Signals; most: number }): boolean {
  const keepers = ours(dir).filter(isKeeper)
  for (const { pid } of keepers.slice(0, most)) signal(pid, sent)
  return keepers.length > 0
}

/** @returns whether it was still there */
function signal(pid: number, sent: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, sent)
  } catch {
    return false
  }
}
