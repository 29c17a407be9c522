// Starts the daemon in the background and waits until it answers, or has said why it cannot start.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fromWireError, P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words.ts'
import { isLoopback, parseAddress } from '../client/address.ts'
import { connect } from '../client/client.ts'
import { rememberHost } from '../remote/own-token.ts'
import type { Output } from '../say/output.ts'
import { printOut } from '../say/print.ts'
import { exitCodeOf, report } from '../say/report.ts'
import { spin } from '../say/spinner.ts'
import { hostOutputFile, socketFile } from './data-dir.ts'
import { makeFolder } from './make-folder.ts'
import { daemonCommand, daemonEnv, type StartOptions } from './programs.ts'

const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK } = constants

/** How long a host may take to answer. */
const mostMs = 15_000

/** Starts it, prints where it is, and returns the exit code: the daemon's own where it could not start. */
export async function startDetached(options: StartOptions, output: Output): Promise<number> {
  const { dataDir } = options
  const running = await hostInfo(dataDir)
  // Asked before anything is touched: the file that is about to be truncated may be that host's.
  if (running) throw alreadyRuns(running)
  const child = await spawnDaemon(options)
  const info = await spin('Starting a host', output, answerOrExit(child, dataDir))
  child.unref()
  if (child.exitCode !== null || child.signalCode !== null) return await reportExit(child, dataDir, output)
  if (!info) throw tooSlow(child, dataDir)
  for (const port of tcpPorts(info)) await rememberHost(port, dataDir)
  output.answer(info, () => '')
  if (!output.json) await printStarted(info, output)
  return 0
}

async function spawnDaemon(options: StartOptions): Promise<ChildProcess> {
  const file = hostOutputFile(options.dataDir)
  // As JSON, so that an error arrives with its code and facts.
  const [program, ...args] = daemonCommand({ ...options, json: true })
  try {
    await makeFolder(dirname(file))
    // A pipe in its place would be waited for.
    const log = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o600)
    const child = spawn(program, args, {
      env: daemonEnv(options.dataDir),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await once(child, 'spawn').finally(() => log.close())
    return child
  } catch (cause) {
    throw new P8aError('save_failed', `Cannot start a host in ${options.dataDir}: ${(cause as Error).message}`, {
      hint: { text: 'Check that directory, or name another', do: { verb: 'host start', options: { data: 'DIR' } } },
      facts: { dataDir: options.dataDir },
      cause,
    })
  }
}

/** Waits for the child's own answer, or its end, or the deadline. There is no event for "listens now", so it asks. */
async function answerOrExit(child: ChildProcess, dataDir: string): Promise<HostInfo | undefined> {
  const endMs = performance.now() + mostMs
  while (performance.now() < endMs && child.exitCode === null && child.signalCode === null) {
    const info = await hostInfo(dataDir)
    if (info?.pid === child.pid) return info
    await delay(20)
  }
  return undefined
}

async function hostInfo(dataDir: string): Promise<HostInfo | undefined> {
  try {
    const client = await connect({ kind: 'unix', path: socketFile(dataDir) }, { signal: AbortSignal.timeout(mostMs) })
    return await client.call('host.info', {}).finally(() => client.close())
  } catch {
    // Not there yet, or going: both mean that no host answers now.
    return undefined
  }
}

/** The daemon says itself why it cannot start; here that only changes hands. */
async function reportExit(child: ChildProcess, dataDir: string, output: Output): Promise<number> {
  const text = (await readFile(hostOutputFile(dataDir), 'utf8')).trimEnd()
  const error = errorIn(text) ?? endedAtOnce(child, dataDir, text)
  await report(error, output)
  return exitCodeOf(error)
}

function errorIn(text: string): P8aError | undefined {
  try {
    const { message, ...data } = JSON.parse(text.split('\n').at(-1) ?? '').error
    return fromWireError({ code: 0, message, data })
  } catch {
    // It said something else, or nothing.
    return undefined
  }
}

function endedAtOnce(child: ChildProcess, dataDir: string, text: string): P8aError {
  return new P8aError('start_failed', `Cannot start a host in ${dataDir}: it ended at once`, {
    ...(text === '' ? {} : { hint: `It said: ${text.slice(-1000)}` }),
    facts: { dataDir, exitCode: child.exitCode, signal: child.signalCode, output: text.slice(-10_000) },
  })
}

async function printStarted(info: HostInfo, output: Output): Promise<void> {
  const { say } = await import('../say/say.ts')
  await say('success', `A host is running: pid ${info.pid}, data in ${info.dataDir}`)
  printOut(`It answers at ${info.addresses.join(' and ')}\n`)
  if (info.shellAddress)
    printOut(`The shell is at ${info.shellAddress}: openssl s_client -quiet -connect ${info.shellAddress}\n`)
  if (info.fingerprint) printOut(`Its certificate has the SHA-256 fingerprint ${info.fingerprint}\n`)
  for (const address of info.addresses.filter(isInTheClear)) {
    await say(
      'warn',
      `TLS is off at ${address}: whoever is on the way can read and change all that is sent, tokens too`,
    )
  }
  const hasPods = Object.values(info.pods).some(count => count > 0)
  if (!hasPods) {
    const push = output.command({ verb: 'push', remote: 'local', args: ['hello', 'hello.js'] })
    const start = output.command({ verb: 'start', remote: 'local', args: ['hello'] })
    printOut(`Next: ${push} && ${start}\n`)
  }
}

/** Whether others than this machine reach an address, and can listen in. */
function isInTheClear(text: string): boolean {
  const address = parseAddress(text)
  return address.kind === 'tcp' && !address.tls && !isLoopback(address)
}

function tcpPorts(info: HostInfo): number[] {
  return info.addresses.map(parseAddress).flatMap(address => (address.kind === 'tcp' ? [address.port] : []))
}

function alreadyRuns({ pid, dataDir, addresses }: HostInfo): P8aError {
  return new P8aError('host_running', `Cannot start a host in ${dataDir}: one is running there, pid ${pid}`, {
    hint: [{ text: `It answers at ${addresses.join(' and ')}` }, { text: 'to end it', do: { verb: 'host stop' } }],
    facts: { pid, dataDir },
  })
}

function tooSlow(child: ChildProcess, dataDir: string): P8aError {
  return new P8aError('timeout', `The new host (pid ${child.pid}) has not answered within ${mostMs / 1000} s`, {
    hint: [
      { text: `It may still be starting; what it says is in ${hostOutputFile(dataDir)}` },
      { text: 'to see how it is', do: { verb: 'host status' } },
    ],
    facts: { pid: child.pid, dataDir },
  })
}
