// Starts the daemon in the background and waits until it answers, or has said why it cannot start.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { deadlineSignal } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import { type ConnectOptions, connect } from '../client/client.ts'
import { hostOutputFile, socketFile } from './data-dir.ts'
import { makeFolder } from './make-folder.ts'
import { alreadyRuns, endedAtOnce, notSpawned, tooSlow } from './not-started.ts'
import { daemonCommand, daemonEnv, type StartOptions } from './programs.ts'

const { O_WRONLY, O_APPEND, O_CREAT, O_TRUNC, O_NONBLOCK } = constants

/** How long a host may take to answer. */
const mostMs = 15_000

/**
 * Starts it, and resolves to what it is once it answers.
 * @param asked.silenceMs how long a host that is there already may show no sign of life; default: 15 seconds
 * @throws {P8aError} `host_running`, `host_silent`, `save_failed`, `timeout`; the daemon's own error if it could not start
 */
export async function startDetached(
  options: StartOptions,
  { silenceMs }: { silenceMs?: number | undefined } = {},
): Promise<HostInfo> {
  const { dataDir } = options
  const running = await runningHost(dataDir, silenceMs)
  // Asked before anything is touched: the file that is about to be truncated may be that host's.
  if (running) throw alreadyRuns(running)
  const child = await spawnDaemon(options).catch(cause => {
    throw notSpawned(dataDir, cause)
  })
  const info = await answerOrExit(child, dataDir)
  child.unref()
  const { pid, exitCode, signalCode: signal } = child
  if (hasEnded(child)) {
    const output = await readFile(hostOutputFile(dataDir), 'utf8')
    throw endedAtOnce(dataDir, { exitCode, signal, output })
  }
  if (!info) throw tooSlow(dataDir, { pid, mostMs })
  return info
}

/** Resolves once there is a process. */
async function spawnDaemon(options: StartOptions): Promise<ChildProcess> {
  const file = hostOutputFile(options.dataDir)
  // As JSON, so that an error arrives with its code and facts.
  const [program, ...args] = daemonCommand({ ...options, json: true })
  await makeFolder(dirname(file))
  // The output of a process needs a file before the process exists. (O_NONBLOCK: opening a pipe in the file's place
  // would wait. O_APPEND: somebody may cut it.)
  const log = await open(file, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NONBLOCK, 0o600)
  try {
    // It outlives this command, so it gets a session of its own: what ends this command does not end it. Node's own spawn:
    // a host that was killed comes back sooner without the loading of execa.
    const child = spawn(program, args, {
      env: daemonEnv(options.dataDir),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await once(child, 'spawn')
    return child
  } finally {
    await log.close()
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Waits for the child's own answer, or its end, or the deadline. There is no event for "listens now", so it asks. */
async function answerOrExit(child: ChildProcess, dataDir: string): Promise<HostInfo | undefined> {
  const endMs = performance.now() + mostMs
  while (performance.now() < endMs && !hasEnded(child)) {
    const info = await hostInfo(dataDir)
    if (info?.pid === child.pid) return info
    await delay(20)
  }
  return undefined
}

async function hostInfo(dataDir: string): Promise<HostInfo | undefined> {
  return await askHost(dataDir, { signal: deadlineSignal(mostMs) }).catch(() => undefined)
}

/** @throws {P8aError} `host_silent`: a new one would wait in vain for its place */
async function runningHost(dataDir: string, silenceMs: number | undefined): Promise<HostInfo | undefined> {
  return await askHost(dataDir, { silenceMs }).catch(error => {
    if (error instanceof P8aError && error.code === 'host_silent') throw error
    // It is not up, or is ending: both mean that no host answers now.
    return undefined
  })
}

async function askHost(dataDir: string, options: ConnectOptions): Promise<HostInfo> {
  const client = await connect({ kind: 'unix', path: socketFile(dataDir) }, options)
  return await client.call('host.info', {}).finally(() => client.close())
}
