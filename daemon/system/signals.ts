// Signals to processes and their groups. None is ever sent to a pid whose identity does not match: pids are recycled.
import { setTimeout as delay } from 'node:timers/promises'
import { readStart } from './identity.ts'
import { membersOf } from './kin.ts'
import type { Identity } from './process.ts'

/** How often, and how many times, to look at a killed group until it is gone. */
const sweepLookMs = 5
const sweepLooks = 40

export async function signalGroup(leader: Identity, signal: NodeJS.Signals): Promise<boolean> {
  const now = await readStart(leader.pid)
  return now?.startTime === leader.startTime && kill(-leader.pid, signal)
}

export async function signalOne(one: Identity, signal: NodeJS.Signals): Promise<boolean> {
  const now = await readStart(one.pid)
  return now?.startTime === one.startTime && kill(one.pid, signal)
}

export async function sweepGroup(leader: Identity): Promise<void> {
  // The kernel does not give a pid to a new process while a group has that number. So if the pid is free, the group is
  // either empty or still ours; and if another process has the pid, the group was empty.
  const now = await readStart(leader.pid)
  if (now && now.startTime !== leader.startTime) return
  // The output of its members until they are gone still belongs to the run.
  for (let left = kill(-leader.pid, 'SIGKILL'), looks = 0; left && looks < sweepLooks; looks++) {
    await delay(sweepLookMs)
    left = kill(-leader.pid, 0)
  }
}

export async function signalRest(leader: Identity, signal: NodeJS.Signals): Promise<boolean> {
  // As in sweepGroup: while the group has a member, nobody else gets that number.
  const now = await readStart(leader.pid)
  return (now === undefined || now.startTime === leader.startTime) && kill(-leader.pid, signal)
}

export async function hasRest(leader: Identity): Promise<boolean> {
  const now = await readStart(leader.pid)
  if ((now && now.startTime !== leader.startTime) || !kill(-leader.pid, 0)) return false
  // What nobody has waited for yet is no member any more.
  return process.platform !== 'linux' || (await membersOf(leader.pid)).length > 0
}

/** There is no process, or only processes of another user, which this user may not end: no signal was sent. */
export function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw error
  }
}
