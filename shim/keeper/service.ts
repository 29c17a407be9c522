// One service that is kept: its process, its output, and the note of how it ended. When to end it, and what follows, is
// the host's to decide.
import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, closeSync, constants, openSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { ServiceEnd, ServiceLeft, ServiceOrder, ServiceSaid } from '../../protocol/keeper.ts'
import type { Lease } from '../../protocol/lease.ts'
import { isLifeline, lifelineFd } from '../../protocol/lifeline.ts'
import type { ExitNote } from '../../protocol/link.ts'
import { watchLease } from '../lease.ts'
import { dropNote, leaveNote, reserveNote } from '../leave-note.ts'
import { BegunNoteFile } from './begun-note.ts'
import { Hearing, type OnSaid } from './hearing.ts'
import { LastLook } from './last-look.ts'
import { endLeased } from './lease-end.ts'
import type { Pipes } from './pipes.ts'
import { ServiceOutput } from './service-output.ts'
import { isThere, startTimeOf } from './start-time.ts'

/** A file that was just written may still be open in a process that another thread is starting (ETXTBSY). */
const busyTries = 20
const busyMs = 10
/** The first of those that hold the reading ends of its own pipes. */
const firstRead = 196
/** `SD_LISTEN_FDS_START`: from here on it has its sockets. */
const firstSocket = 3
/** How long one that nobody knows of may take to end. */
const endMs = 10_000
/** How often to look for a process that is not our child. */
const lookMs = 100
/** What a service makes can be read by others, as they are used to; what is the host's cannot. */
const serviceUmask = 0o022

/** `onEnding`: its lease is over, and the engine of its container is asked to end that, which may take longer than its own end. */
type Listener = { onSaid: OnSaid; onEnding?: (ending: Promise<unknown>) => void }

export class KeptService {
  readonly pid: number
  readonly ended: Promise<ServiceEnd>
  #output: ServiceOutput
  #hearing: Hearing
  #finished: Promise<void> | undefined

  /** @throws {P8aError} `start_failed` with the system's reason; `run_active` if it has begun already, or was given up */
  static async begin(
    order: ServiceOrder,
    { pipes, sockets = [], ...listener }: { pipes: Pipes; sockets?: readonly Socket[] } & Listener,
  ): Promise<KeptService> {
    claim(order)
    const hearing = new Hearing(order, listener.onSaid)
    if (order.mustBeHeard && !hearing.isOpen) throw deaf()
    let output: ServiceOutput | undefined
    try {
      reserveNote(order.exitFile)
      output = ServiceOutput.begin(order.log, { pipes, owner: order.owner })
      if (order.stdin !== undefined) pipes.make(order.stdin)
      for (const file of [order.stdin, hearing.isOpen ? order.notices : undefined]) {
        if (order.owner && file !== undefined) chownSync(file, order.owner.uid, order.owner.gid)
      }
      const withHearing = withSockets({ ...order, env: { ...order.env, ...hearing.env } }, sockets)
      const { child, last, lifeline } = await spawned(withHearing, {
        writes: output.writes,
        reads: output.reads,
        sockets,
        pipes,
      })
      output.begun()
      const ended = new Promise<ServiceEnd>(resolve =>
        child.once('exit', (code, signal) => {
          const end = { ...last.end({ code, signal }), ...(last.isHeld && lifeline) }
          leaveNote(order.exitFile, noteOf(end))
          resolve(end)
        }),
      )
      return new KeptService({ pid: child.pid as number, ended, output, hearing }, { lease: order.lease, ...listener })
    } catch (error) {
      output?.close()
      hearing.close()
      dropNote(order.exitFile)
      throw new P8aError('start_failed', (error as Error).message)
    }
  }

  /**
   * Takes up a process whose keeper is gone: nobody hears its code any more.
   * @throws the system's error where its output cannot be taken up now
   */
  static takeUp(left: ServiceLeft, listener: Listener): KeptService {
    const { pid, log } = left
    const output = ServiceOutput.takeUp(log)
    return new KeptService(
      { pid, ended: gone(left), output, hearing: new Hearing(left, listener.onSaid) },
      { ...left, ...listener },
    )
  }

  private constructor(
    { pid, ended, output, hearing }: Parts,
    { lease, startTime, onEnding }: { lease?: Lease | undefined; startTime?: string } & Pick<Listener, 'onEnding'>,
  ) {
    this.pid = pid
    this.ended = ended
    this.#output = output
    this.#hearing = hearing
    void ended.then(() => hearing.close())
    if (!lease) return
    const watch = watchLease(lease, () => {
      if (startTime === undefined || isThere(pid, startTime)) signalGroup(pid, 'SIGKILL')
      const ending = endLeased(lease.end)
      onEnding?.(ending)
    })
    void ended.then(() => watch.close())
  }

  /** All that it has said of itself. */
  get said(): ServiceSaid | undefined {
    return this.#hearing.said
  }

  /** Asks it to end, and kills it where it has not in time, with the rest of its group. */
  async end(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGCONT'] as const) signalGroup(this.pid, signal)
    const late = deadline(() => signalGroup(this.pid, 'SIGKILL'), endMs)
    await this.ended
    clearTimeout(late)
    // While its group has a process, the kernel gives its number to no other.
    signalGroup(this.pid, 'SIGKILL')
  }

  /** Lets go of its output at once, whatever is left of it. */
  abandon(): void {
    this.#output.close()
  }

  /** Its process group is gone, or nobody knows any more: brings the last output into its log. */
  finish(): Promise<void> {
    this.#finished ??= this.#output.finish()
    return this.#finished
  }
}

/** A socket that it gets, and what it is called. */
export type Socket = { port: { name: string }; socket: { fd: number } }

/**
 * Tells it of its sockets, by systemd's protocol. A program takes them only if the pid is its own: the shell tells it its
 * own, and then becomes the program.
 */
function withSockets(order: ServiceOrder, sockets: readonly Socket[]): ServiceOrder {
  if (sockets.length === 0) return order
  const names = sockets.map(({ port }) => port.name).join(':')
  return {
    ...order,
    command: ['/bin/sh', '-c', 'export LISTEN_PID=$$; exec "$0" "$@"', ...withoutShell(order.command)],
    env: { ...order.env, LISTEN_FDS: String(sockets.length), LISTEN_FDNAMES: names },
  }
}

/** Where a shell would only begin one program and wait for it, it becomes that program. */
function withoutShell(command: ServiceOrder['command']): ServiceOrder['command'] {
  const [shell, option, line = ''] = command
  const isPlain =
    /^[^\s=;&|<>()`$"'{}]+([ \t][^\n;&|<>()`]*)?$/.test(line) && !/^(cd|export|exec|if|for|while)\b/.test(line)
  return shell === '/bin/sh' && option === '-c' && isPlain ? [shell, option, `exec ${line}`] : command
}

type Parts = { pid: number; ended: Promise<ServiceEnd>; output: ServiceOutput; hearing: Hearing }

function deaf(): P8aError {
  return new P8aError(
    'start_failed',
    `its config says ready: 'said', and READY=1 can be heard on Linux by Node 26.9 or newer alone; this is Node ${process.version} on ${process.platform}`,
  )
}

/** Makes the log of a run. If the log exists, the order is late or a repetition, and begins nothing. */
function claim({ log: { file }, key }: ServiceOrder): void {
  try {
    closeSync(openSync(file, 'ax', 0o600))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new P8aError('run_active', `${key} has begun already`)
    throw new P8aError('start_failed', message)
  }
}

type Begun = { child: ChildProcess; last: LastLook; lifeline: Lifeline | undefined }
/** What the system calls the pipe of {@link lifelineFd}. */
type Lifeline = { lifeline: string }

async function spawned(
  order: ServiceOrder,
  {
    writes,
    reads,
    sockets,
    pipes,
  }: { writes: [number, number]; reads: number[]; sockets: readonly Socket[]; pipes: Pipes },
): Promise<Begun> {
  const last = pipes.open()
  const look = new LastLook()
  try {
    const lifeline = lifelineAt(`/proc/self/fd/${last.read}`)
    await look.onEndOf(last.read)
    const given = Object.fromEntries([
      ...sockets.map(({ socket }, index) => [firstSocket + index, socket.fd]),
      ...reads.map((fd, index) => [firstRead + index, fd]),
    ])
    const child = await spawnOften(order, { 1: writes[0], 2: writes[1], ...given, [lifelineFd]: last.write })
    look.begun(child.pid as number)
    return { child, last: look, lifeline }
  } finally {
    closeSync(last.write)
  }
}

async function spawnOften(order: ServiceOrder, fds: Record<number, number>): Promise<ChildProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await spawnOnce(order, fds)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ETXTBSY' || tries === busyTries) throw error
      await delay(busyMs)
    }
  }
}

async function spawnOnce(order: ServiceOrder, fds: Record<number, number>): Promise<ChildProcess> {
  const { command, env, cwd, stdin } = order
  const [program, ...args] = command
  // It has both ends, so that the pipe does not end when a writer does.
  const input = stdin === undefined ? undefined : openSync(stdin, constants.O_RDWR)
  const before = process.umask(serviceUmask)
  let note: BegunNoteFile | undefined
  try {
    note = new BegunNoteFile(order.exitFile, { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' })
    const stdio = Array.from(
      { length: lifelineFd + 1 },
      (_, fd) => fds[fd] ?? (fd === 0 ? input : undefined) ?? 'ignore',
    )
    const child = spawn(program, args, { cwd, env, detached: true, stdio })
    process.umask(before)
    if (child.pid !== undefined) note.leave({ pid: child.pid, startTime: startTimeOf(child.pid) ?? 'gone' })
    else await new Promise((_, reject) => child.once('error', reject))
    return child
  } finally {
    process.umask(before)
    note?.close()
    if (input !== undefined) closeSync(input)
  }
}

function lifelineAt(link: string): Lifeline | undefined {
  try {
    const lifeline = readlinkSync(link)
    return isLifeline(lifeline) ? { lifeline } : undefined
  } catch {
    // This is no Linux, or the process is gone, or of another user.
    return undefined
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has just ended.
  }
}

/** Resolves once there is no such process any more. */
async function gone({ pid, startTime }: { pid: number; startTime: string }): Promise<ServiceEnd> {
  const found = lifelineAt(`/proc/${pid}/fd/${lifelineFd}`)
  // By then another process may have had that pid.
  const lifeline = isThere(pid, startTime) ? found : undefined
  while (isThere(pid, startTime)) await delay(lookMs)
  return { code: null, signal: null, ...lifeline }
}

function noteOf({ code, signal, lifeline }: ServiceEnd): ExitNote {
  return { code, ...(signal !== null && { signal }), ...(lifeline !== undefined && { lifeline }) }
}
