// Turns this process into the daemon, so that systemd and Ctrl-C see one process.
import { constants } from 'node:os'
import { daemonCommand, daemonEnv, type StartOptions } from './programs.ts'

/** Starts the daemon in place of this process; if Node cannot do that, as its child. Resolves to its exit code. */
export async function startHere(options: StartOptions & { json: boolean }): Promise<number> {
  const [file, ...args] = daemonCommand(options)
  const env = daemonEnv(options.dataDir)
  // execve replaces this process, so nothing behind it runs.
  if (canReplace()) process.execve?.(file, [file, ...args], env)
  return await runAsChild(file, { args, env })
}

/** Windows has no execve, nor has a Node older than 22.15. */
function canReplace(): boolean {
  return process.platform !== 'win32' && typeof process.execve === 'function'
}

async function runAsChild(file: string, { args, env }: { args: string[]; env: NodeJS.ProcessEnv }): Promise<number> {
  const { execa } = await import('execa')
  // The daemon ends when it was told to end and is ready, however long that takes. It does not end because this process
  // ends.
  const own = { forceKillAfterDelay: false, cleanup: false } as const
  const child = execa(file, args, { ...own, env, extendEnv: false, stdio: 'inherit', reject: false })
  process.removeAllListeners('SIGINT')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const { exitCode, signal, cause } = await child
  if (exitCode !== undefined) return exitCode
  if (signal === undefined) throw cause
  return 128 + constants.signals[signal]
}
