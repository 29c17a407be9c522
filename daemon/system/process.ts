// The one place that spawns processes, reads who they are, and sends signals. No signal is ever sent to a pid whose
// identity does not match: pids are recycled. It uses Node's own spawn and not execa: a run is the leader of a session,
// has files in the place of pipes and outlives its parent, and must not end because this process ends.
import { type ChildProcess, execFile, spawn as spawnChild } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Limits } from '../../protocol/bounds.ts'
import { drainName } from '../../protocol/run-log.ts'
import { endingOf } from '../../protocol/signals.ts'
import { wholeEnvironment } from './environment.ts'
import { descendantsOf, holdersOf, lifelineOf, listens, membersOf, nameOf } from './kin.ts'
import { openPlain } from './plain-file.ts'
import { limitProcess } from './process-limits.ts'
import { type Listed, listProcesses } from './process-list.ts'
import { checkUnsealed } from './seal.ts'

/** Identifies a process: a pid means nothing without the time at which the kernel started the process. */
export type Identity = { pid: number; startTime: string }

/** A process that holds the lifeline of a service. `name`: what the kernel calls it. */
export type Heir = Identity & { name: string }

export type SpawnOptions = {
  /** Program and arguments. */
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  /** Files that become fd 1 and 2. */
  stdout: string
  stderr: string
  /** Where a pipe is made that is its stdin and stays open; without it, stdin is empty. */
  stdin?: string
}

export type ExitOutcome = { code: number | null; signal: string | null }

/** `exited`: without an outcome where nobody could hear of it. */
export type Spawned = { identity: Identity; exited: Promise<ExitOutcome | undefined> }

/** What the supervisor needs of the operating system; tests have a fake. */
export type Processes = {
  /** Starts a process as the leader of its own session and group. Rejects if the system refuses. */
  spawn(options: SpawnOptions): Promise<Spawned>
  /** The identity of a live process, or undefined if there is none (a zombie does not count). */
  identify(pid: number): Promise<Identity | undefined>
  /**
   * Sends a signal to the whole group of `leader`, if it still is the same process. Returns whether a signal was sent.
   */
  signalGroup(leader: Identity, signal: NodeJS.Signals): Promise<boolean>
  /**
   * How a process that is just ending ends; undefined if it does not say. Asked in the turn in which its link closed, before the
   * system is done with it.
   */
  ending(pid: number): ExitOutcome | undefined
  /** Whether a process is stopped, as by SIGSTOP, and not ended. */
  isStopped(pid: number): boolean
  /** Kills what is left of the group of a leader that has ended. */
  sweepGroup(leader: Identity): Promise<void>
  /** Sends a signal to what is left of the group of a leader that has ended. Returns whether a signal was sent. */
  signalRest(leader: Identity, signal: NodeJS.Signals): Promise<boolean>
  /** Whether anything is left of that group. */
  hasRest(leader: Identity): Promise<boolean>
  /** What a live process has started outside of its group, but for what only empties its pipes. */
  offspring(leader: Identity): Promise<Identity[]>
  /** What the system calls the pipe that a live process holds as its lifeline; undefined where it holds none. */
  lifeline(one: Identity): Promise<string | undefined>
  /** All that hold a lifeline. */
  heirs(lifeline: string): Promise<Heir[]>
  /** Sends a signal to one process, if it still is the same. Returns whether a signal was sent. */
  signal(one: Identity, signal: NodeJS.Signals): Promise<boolean>
  /** Whether a process, or what it has started, listens to a TCP port: this one, or any. */
  listens(leader: Identity, port?: number): Promise<boolean>
  /** All processes of the machine. */
  list(): Promise<Listed[]>
  /** Gives a live process what the kernel keeps of its limits. @throws what the system says */
  limit(one: Identity, limits: Limits): Promise<void>
}

/** How often, and how many times, to look at a killed group until it is gone. */
const sweepLookMs = 5
const sweepLooks = 40

export const systemProcesses: Processes = {
  spawn,
  identify,
  signalGroup,
  sweepGroup,
  ending,
  isStopped,
  signalRest,
  hasRest,
  offspring,
  lifeline,
  heirs,
  signal: signalOne,
  listens: async ({ pid }, port) => await listens(pid, port),
  list: listProcesses,
  limit: async (one, limits) => {
    if ((await identify(one.pid))?.startTime === one.startTime) await limitProcess(one.pid, limits, setFiles)
  },
}

/** The id of this boot of the machine: records of another boot have no process. */
export async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  const { stdout } = await promisify(execFile)('sysctl', ['-n', 'kern.boottime'])
  return stdout.trim()
}

/**
 * Runs a program of ours that ends by itself: it takes texts and returns one text. It is killed when `timeoutMs` is
 * over.
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { input, timeoutMs }: { input: readonly string[]; timeoutMs: number },
): Promise<ExitOutcome & { output: string }> {
  const child = spawnChild(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const ended = once(child, 'close')
  const { stdin, stdout } = streamsOf(child)
  // The program may end before it has read everything: its exit tells.
  stdin.on('error', () => {})
  for (const part of input) stdin.write(part)
  stdin.end()
  const [output, [code, signal]] = await Promise.all([text(stdout), ended])
  return { output, code, signal }
}

/**
 * Gives a process of this user the soft limit of open files that its children will inherit: Node has no call for it, and
 * raises its own at its boot. Without util-linux nothing happens.
 */
export async function limitFiles(pid: number, soft: number): Promise<void> {
  const command = ['prlimit', '--pid', String(pid), `--nofile=${soft}:`] as const
  await runProgram(command, { input: [], timeoutMs: 5000 }).catch(() => {})
}

async function setFiles(pid: number, most: number): Promise<void> {
  const command = ['prlimit', '--pid', String(pid), `--nofile=${most}:${most}`] as const
  const { code } = await runProgram(command, { input: [], timeoutMs: 5000 })
  if (code !== 0) throw new Error(`prlimit could not limit its open files to ${most}`)
}

/** An interactive program: its input, its output (stdout and stderr, in one order), and its end. */
export type Talk = { input: Writable; output: Readable; exited: Promise<void>; end(): void }

/** Starts an interactive program of ours. @param env variables beside the host's own environment */
export function startTalk(command: readonly [string, ...string[]], env: Record<string, string>): Talk {
  // Two pipes would have no common order; the shell joins them before the program starts.
  const child = spawnChild('/bin/sh', ['-c', 'exec "$0" "$@" 2>&1', ...command], {
    env: wholeEnvironment(env),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const exited = new Promise<void>(resolve => child.once('close', () => resolve()).once('error', () => resolve()))
  const { stdin: input, stdout: output } = streamsOf(child)
  // A program that has ended reads no more: its exit tells.
  input.on('error', () => {})
  return { input, output, exited, end: () => void child.kill('SIGTERM') }
}

/** A program of the system that serves one request: bytes in, bytes out, and what it says beside them. */
export type Serving = {
  input: Writable
  output: Readable
  errors: Readable
  /** Rejects if there is no such program. */
  begun: Promise<void>
  exited: Promise<ExitOutcome>
  /** Ends it with all that it began. */
  end(): void
}

/** Starts a program of the system in a process group of its own. @param env its whole environment */
export function startServing(
  [program, ...args]: readonly [string, ...string[]],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Serving {
  const child = spawnChild(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const begun = Promise.withResolvers<void>()
  const exited = Promise.withResolvers<ExitOutcome>()
  child.once('spawn', () => begun.resolve())
  child.once('error', error => {
    begun.reject(error)
    exited.resolve({ code: null, signal: null })
  })
  child.once('close', (code, signal) => exited.resolve({ code, signal }))
  const { stdin: input, stdout: output, stderr: errors } = streamsOf(child)
  // A program that has ended reads no more: its exit tells.
  input.on('error', () => {})
  let isOver = false
  void exited.promise.then(() => {
    isOver = true
  })
  const end = () => {
    if (isOver || child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It has ended just now.
    }
  }
  return {
    ...{ input, output, errors },
    ...{ begun: begun.promise, exited: exited.promise },
    end,
  }
}

/**
 * The streams of a child that was to have some. With too many open files Node gives it none, and tells that by an event:
 * then these have ended.
 */
function streamsOf(child: ChildProcess): { stdin: Writable; stdout: Readable; stderr: Readable } {
  const { stdin, stdout, stderr } = child
  return { stdin: stdin ?? none(), stdout: stdout ?? none(), stderr: stderr ?? none() }
}

function none(): PassThrough {
  return new PassThrough().end().resume()
}

async function spawn(options: SpawnOptions): Promise<Spawned> {
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
  const child = spawnChild(program, args, {
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

async function identify(pid: number): Promise<Identity | undefined> {
  const found = await readStart(pid)
  return found && !found.isZombie ? { pid, startTime: found.startTime } : undefined
}

async function signalGroup(leader: Identity, signal: NodeJS.Signals): Promise<boolean> {
  const now = await readStart(leader.pid)
  return now?.startTime === leader.startTime && kill(-leader.pid, signal)
}

/** Later the process would be gone, and Node has no name for some signals. */
function ending(pid: number): ExitOutcome | undefined {
  return endingOf(statNow(pid), constants.signals)
}

function isStopped(pid: number): boolean {
  return /\) [tT] [^)]*$/.test(statNow(pid))
}

/** Not a file on a disk: nothing is waited for. Empty if there is none, as on another system than Linux. */
function statNow(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    // The process is gone.
    return ''
  }
}

async function sweepGroup(leader: Identity): Promise<void> {
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

async function signalRest(leader: Identity, signal: NodeJS.Signals): Promise<boolean> {
  // As in sweepGroup: while the group has a member, nobody else gets that number.
  const now = await readStart(leader.pid)
  return (now === undefined || now.startTime === leader.startTime) && kill(-leader.pid, signal)
}

async function hasRest(leader: Identity): Promise<boolean> {
  const now = await readStart(leader.pid)
  if ((now && now.startTime !== leader.startTime) || !kill(-leader.pid, 0)) return false
  // What nobody has waited for yet is no member any more.
  return process.platform !== 'linux' || (await membersOf(leader.pid)).length > 0
}

async function offspring(leader: Identity): Promise<Identity[]> {
  const pids = await descendantsOf(leader.pid, drainName)
  const members = new Set(pids.length > 0 ? await membersOf(leader.pid) : [])
  const found = await Promise.all(pids.filter(pid => !members.has(pid)).map(identify))
  return found.filter(one => one !== undefined)
}

async function lifeline({ pid, startTime }: Identity): Promise<string | undefined> {
  const found = await lifelineOf(pid)
  // By then another process may have had that pid.
  return (await identify(pid))?.startTime === startTime ? found : undefined
}

async function heirs(lifeline: string): Promise<Heir[]> {
  const found = await Promise.all(
    (await holdersOf(lifeline)).map(async pid => {
      const [identity, name] = await Promise.all([identify(pid), nameOf(pid)])
      return identity && { ...identity, name }
    }),
  )
  return found.filter(one => one !== undefined)
}

async function signalOne(one: Identity, signal: NodeJS.Signals): Promise<boolean> {
  const now = await readStart(one.pid)
  return now?.startTime === one.startTime && kill(one.pid, signal)
}

/** There is no process, or only processes of another user, which this user may not end: no signal was sent. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw error
  }
}

type Start = { startTime: string; isZombie: boolean }

async function readStart(pid: number): Promise<Start | undefined> {
  return process.platform === 'linux' ? readStartLinux(pid) : readStartPs(pid)
}

/** Field 22 of `/proc/<pid>/stat`: clock ticks since boot. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStartLinux(pid: number): Start | undefined {
  let stat: string
  try {
    // As in statNow: this is no file on a disk.
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
  // The command stands in parentheses and may hold anything, so fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTime] = [fields[0], fields[19]]
  return startTime === undefined ? undefined : { startTime, isZombie: state === 'Z' || state === 'X' }
}

async function readStartPs(pid: number): Promise<Start | undefined> {
  // ps exits with 1 if there is no such process.
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(noProcess)
  const match = /^(\S+)\s+(.+)$/.exec(stdout.trim())
  if (!match?.[1] || !match[2]) return undefined
  return { startTime: match[2], isZombie: match[1].startsWith('Z') }
}

/** @throws the error if it does not come from `ps` */
function noProcess(error: { code?: unknown }): { stdout: string } {
  if (typeof error.code === 'number') return { stdout: '' }
  throw error
}
