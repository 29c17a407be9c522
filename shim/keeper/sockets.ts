// The sockets that a keeper holds for pods: bound, and never accepted from by the keeper itself. The processes that it begins
// inherit them; whoever connects while there is none waits in their queue.
import { once } from 'node:events'
import { closeSync, lstatSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { P8aError } from '../../protocol/errors.ts'
import type { PortsOrder } from '../../protocol/keeper.ts'
import { addressText, type Port } from '../../protocol/listen.ts'
import { bind, fromDescriptor, type Handle, systemError } from '../port/handle.ts'
import { listenAt, turnAwayAt } from './apart.ts'
import { giveAccess } from './socket-access.ts'

/**
 * A descriptor, and what Node has of it: one that this process was born with has none before that is needed, since a program that waits in
 * `accept` there, by another copy of it, would wait no more.
 */
type Socket = { readonly fd: number; handle?: Handle }
type Held = { port: Port; socket: Socket }

export class Sockets {
  #pods = new Map<string, Held[]>()

  /** Pods of which it is told that somebody connects. */
  #watched = new Set<string>()

  /** Whether there is any. */
  get hasAny(): boolean {
    return this.#pods.size > 0
  }

  get all(): PortsOrder[] {
    return [...this.#pods].map(([key, held]) => ({ key, ports: held.map(of => of.port) }))
  }

  /** @throws {P8aError} `port_taken`, `start_failed` with the system's code as the fact `errno`: then all is as before */
  async hold({ key, ports }: PortsOrder): Promise<void> {
    const before = this.#pods.get(key) ?? []
    const opened: Held[] = []
    try {
      const held: Held[] = []
      for (const port of ports) {
        const known = before.find(of => isSame(of.port, port))
        const one = known ? { ...known, port } : { port, socket: await open(port) }
        if (!known) opened.push(one)
        allow(port)
        held.push(one)
      }
      await listenAt(held.map(({ socket }) => socket.fd))
      this.#pods.set(key, held)
      for (const one of before) if (!held.some(of => of.socket === one.socket)) close(one)
    } catch (error) {
      for (const one of opened) close(one)
      throw error
    }
  }

  /** It was born with these, from descriptor `first` on. */
  inherit({ key, ports }: PortsOrder, first: number): void {
    const held = ports.map((port, index) => ({ port, socket: { fd: first + index } }))
    this.#pods.set(key, held)
  }

  release(key: string): void {
    for (const one of this.#pods.get(key) ?? []) close(one)
    this.#pods.delete(key)
  }

  releaseAll(): void {
    for (const key of [...this.#pods.keys()]) this.release(key)
  }

  /** Those of a pod, in the order of its ports, for a process that is about to have them. @throws {P8aError} `start_failed` where there are none */
  of(key: string): Held[] {
    const found = this.#pods.get(key)
    if (!found) throw new P8aError('start_failed', `No sockets are held for ${key}`)
    this.unwatch(key)
    return found
  }

  /** Those of a pod, for a process that only waits beside this one. */
  heldAt(key: string): { order: PortsOrder; fds: number[] } | undefined {
    const held = this.#pods.get(key)
    return held && { order: { key, ports: held.map(of => of.port) }, fds: held.map(({ socket }) => socket.fd) }
  }

  /** Tells, once, that somebody has connected to a pod, and waits. @throws an error of the system */
  watch(key: string, onConnected: () => void): void {
    this.unwatch(key)
    this.#watched.add(key)
    for (const { socket } of this.#pods.get(key) ?? []) {
      onReadable(handleOf(socket), () => {
        this.unwatch(key)
        onConnected()
      })
    }
  }

  unwatch(key: string): void {
    if (!this.#watched.delete(key)) return
    for (const { socket } of this.#pods.get(key) ?? []) socket.handle?.readStop()
  }

  /** Closes the connections that wait for a pod. */
  async turnAway(key: string): Promise<void> {
    this.unwatch(key)
    await turnAwayAt((this.#pods.get(key) ?? []).map(({ socket }) => socket.fd))
  }
}

/** What Node has of it, from now on. @throws an error of the system */
export function handleOf(socket: Socket): Handle {
  socket.handle ??= fromDescriptor(socket.fd)
  return socket.handle
}

/**
 * A socket that is listened at can be read from as soon as a connection waits. The read fails, and takes nothing; listening
 * with the handle would accept.
 */
function onReadable(handle: Handle, then: () => void): void {
  handle.onread = then
  const number = handle.open(handle.fd) || handle.readStart()
  if (number < 0) throw systemError(number, 'read')
}

function isSame(one: Port, other: Port): boolean {
  return addressText(one) === addressText(other)
}

/** Who may use it; also where it is held already, and others may now. @throws {P8aError} `start_failed` */
function allow(port: Port): void {
  if (!('path' in port) || !port.access) return
  try {
    giveAccess(port.path, port.access)
  } catch (cause) {
    const { code: errno = '', message } = cause as NodeJS.ErrnoException
    const hint =
      errno === 'EPERM' ? 'Only root may give a socket to another user, or to a group that it is not in' : undefined
    throw new P8aError('start_failed', `Cannot listen at ${addressText(port)}: ${message}`, {
      ...(hint && { hint }),
      facts: { errno, port },
      cause,
    })
  }
}

async function open(port: Port): Promise<Socket> {
  try {
    if ('path' in port) await makeWay(port.path)
    const handle = bind(port)
    return { fd: handle.fd, handle }
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    const taken = code === 'EADDRINUSE'
    throw new P8aError(taken ? 'port_taken' : 'start_failed', `Cannot listen at ${addressText(port)}: ${message}`, {
      facts: { errno: code, port },
      cause,
    })
  }
}

/** A socket at which nobody listens any more is in the way of the next. A file that is none stays: it is refused like a socket. */
async function makeWay(path: string): Promise<void> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch (error) {
    const isRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
    if (isRefused && lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path, { force: true })
  } finally {
    socket.destroy()
  }
}

/** A path goes with its socket: Node removes it. */
function close({ socket: { fd, handle } }: Held): void {
  if (handle) handle.close()
  else closeSync(fd)
}
