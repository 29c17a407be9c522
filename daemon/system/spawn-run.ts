// Spawns the process of a run. It uses Node's own spawn and not execa: a run is the leader of a session, has files in the place of pipes
// and outlives its parent, and must not end because this process ends.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { identify } from './identity.ts'
import { openPlain } from './plain-file.ts'
import type { ExitOutcome, Spawned, SpawnOptions } from './process.ts'
import { checkUnsealed } from './seal.ts'
import { kill } from './signals.ts'

export async function spawnRun(options: SpawnOptions): Promise<Spawned> {
  // Files, not pipes: a pipe would tie the run's life to ours.
  const stdout = await openOutput(options.stdout)
  try {
    const stderr = await openOutput(options.stderr)
    try {
      if (options.stdin === undefined) return await spawnWith(options, ['ignore', stdout.fd, stderr.fd])
      const stdin = await openStdin(options.stdin)
      return await spawnWith(options, [stdin.fd, stdout.fd, stderr.fd]).finally(() => stdin.close())
    } finally {
      await stderr.close()
    }
  } finally {
    await stdout.close()
  }
}

/**
 * A pod may have put something else in its place, which is an error: opening a pipe would block one of the few threads
 * that open files.
 */
async function openOutput(file: string): Promise<FileHandle> {
  return await openPlain(file, { for: 'append' }).catch((cause: NodeJS.ErrnoException) => {
    throw Object.assign(new Error(`Cannot write ${file}: ${cause.message}`, { cause }), { code: cause.code })
  })
}

/** The process has both ends, so that the pipe does not end when a writer does. */
async function openStdin(file: string): Promise<FileHandle> {
  await promisify(execFile)('mkfifo', ['-m', '600', file])
  return await open(file, 'r+')
}

async function spawnWith(options: SpawnOptions, stdio: ['ignore' | number, number, number]): Promise<Spawned> {
  checkUnsealed()
  const [program, ...args] = options.command
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio,
  })
  // If the system refuses, an event tells it, and there is no process.
  if (child.pid === undefined) throw (await once(child, 'error'))[0]
  child.unref()
  const exited = new Promise<ExitOutcome>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const { pid } = child
  const identity = await identify(pid).catch(error => {
    // Without its start time it could never be identified, so it must not live.
    kill(-pid, 'SIGKILL')
    throw error
  })
  // It has ended already, and its exit is on the way. No start time will ever match this one.
  return { identity: identity ?? { pid, startTime: 'gone' }, exited }
}
