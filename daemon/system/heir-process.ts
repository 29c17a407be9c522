// Begins the process of a host that is to take the place of this one: it gets the sockets of this one as its
// descriptors from 3 on, and a channel to this process.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Doors, doorsEnv, type FromHeir, type ToHeir } from '../../protocol/heir.ts'
import { wholeEnvironment } from './environment.ts'
import type { Listeners } from './listeners.ts'
import type { ExitOutcome } from './process.ts'

export type HeirProcess = {
  readonly pid: number
  /** Resolves once it has ended. */
  readonly ended: Promise<ExitOutcome>
  /** Hears all that it says from now on. */
  listen(listener: (said: FromHeir) => void): void
  tell(what: ToHeir): void
  /** Lets one that waits begin its program. */
  begin(): void
  kill(): void
  signal(signal: 'SIGTERM' | 'SIGINT'): void
  /** It goes on without this process. */
  letGo(): void
}

type HeirOptions = {
  command: readonly [string, ...string[]]
  listeners: Listeners
  /** Whether it begins its program only when it is told to; a small shell holds the sockets until then. */
  waits: boolean
}

/** Waits for a line; without one, whoever was to send it is gone. */
const waiting = 'read -r line && exec "$0" "$@"'

/** @throws an error of the system if there can be no process now */
export async function beginHeir({ command, listeners, waits }: HeirOptions): Promise<HeirProcess> {
  const doors = listeners.descriptors
  const [program, ...args] = waits ? (['/bin/sh', '-c', waiting, ...command] as const) : command
  const given: Doors = { from: process.pid, names: doors.map(([name]) => name) }
  const child = spawn(program, args, {
    env: wholeEnvironment({ [doorsEnv]: JSON.stringify(given) }),
    // What a terminal sends to its processes is for the host that it began, which hands it on.
    detached: true,
    stdio: [waits ? 'pipe' : 'ignore', 'inherit', 'inherit', ...doors.map(([, fd]) => fd), 'ipc'],
  })
  const ended = endOf(child)
  if (child.pid === undefined) throw (await once(child, 'error'))[0]
  // What it is told when it has just ended.
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  return {
    pid: child.pid,
    ended,
    listen: listener => void child.on('message', message => listener(message as FromHeir)),
    tell: what => void child.send(what, () => {}),
    begin: () => void child.stdin?.write('\n'),
    kill: () => void child.kill('SIGKILL'),
    signal: signal => void child.kill(signal),
    letGo: () => {
      if (child.connected) child.disconnect()
      child.stdin?.destroy()
      child.unref()
    },
  }
}

async function endOf(child: ChildProcess): Promise<ExitOutcome> {
  const { promise, resolve } = Promise.withResolvers<ExitOutcome>()
  child.once('exit', (code, signal) => resolve({ code, signal }))
  return await promise
}
