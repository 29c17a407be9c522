// The keepers of the host under attack: killed, or stopped for a while.
import { setTimeout as delay } from 'node:timers/promises'
import { type Found, isRunning, listeningSockets, ours, socketsOf } from './processes.ts'
import type { Chance } from './seed.ts'

/** Told of a fault that leaves the sockets of pods without a keeper, and without a process that becomes one. */
type OnBare = () => void

/** Kills a keeper of the host in `dir`. @returns whether there was one */
export function killKeeper(dir: string, onBare: OnBare): boolean {
  return signalKeepers(dir, { signal: 'SIGKILL', most: 1, onBare })
}

/** Kills a process that waits beside a keeper for its death. @returns whether there was one */
export function killGuard(dir: string, onBare: OnBare): boolean {
  const found = ours(dir)
  const guard = found.find(isGuard)
  if (!guard) return false
  // A keeper that goes on has another one beside it soon.
  const [keeper] = found.filter(({ pid }) => pid === guard.parent)
  if (!keeper || !isKeeper(keeper) || !isRunning(keeper.pid)) onBare()
  return signal(guard.pid, 'SIGKILL')
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

type Sent = { signal: NodeJS.Signals; most: number; onBare?: OnBare }

function signalKeepers(dir: string, { signal: sent, most, onBare }: Sent): boolean {
  const found = ours(dir)
  const keepers = found.filter(isKeeper)
  for (const keeper of keepers.slice(0, most)) {
    if (onBare && !isGuarded(keeper, found)) onBare()
    signal(keeper.pid, sent)
  }
  return keepers.length > 0
}

/** Whether a process beside it has all of its sockets now. */
function isGuarded(keeper: Found, found: readonly Found[]): boolean {
  const guards = found.filter(one => isGuard(one) && one.parent === keeper.pid)
  const theirs = new Set(guards.flatMap(({ pid }) => socketsOf(pid)))
  const listening = listeningSockets()
  return socketsOf(keeper.pid).every(socket => theirs.has(socket) || !listening.has(socket))
}

/** @returns whether it was still there */
function signal(pid: number, sent: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, sent)
  } catch {
    return false
  }
}
