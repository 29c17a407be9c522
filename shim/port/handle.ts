// Sockets that can be listened at, as Node has them below its servers. Node's own cluster module makes them in the same way.
import type { Server } from 'node:net'
import { getSystemErrorName } from 'node:util'
import type { Port } from '../../protocol/listen.ts'

/** Numbers that are less than 0 are errors of the system. */
export type Handle = {
  readonly fd: number
  listen(backlog: number): number
  close(onClosed?: () => void): void
  /** Tells the address in `into`; of a socket that could not be bound it is where that is said. */
  getsockname?(into: object): number
  /** From now on it is this descriptor, also where it is already. */
  open(fd: number): number
  /** Reads from it until {@link readStop}, and gives what comes, and errors, to `onread`. */
  readStart(): number
  readStop(): number
  onread?: () => void
}

type Net = typeof import('node:net') & {
  _createServerHandle(
    address: string | null,
    port: number | null,
    addressType: number | null,
    fd?: number,
    flags?: number,
  ): Handle | number
}

/** A server as this program uses it: Node names these for those who wrap them. */
export type Listening = Server & {
  _handle: Handle | null
  _pipeName?: string
  _listen2(address: null, port: number, addressType: number, backlog: number): void
}

/** `UV_TCP_REUSEPORT`: others of this user may bind beside it, if all say so. Only Linux spreads connections over them. */
const reusePort = process.platform === 'linux' ? 2 : 0

/** @throws an error of the system */
export function bind(port: Port): Handle {
  if ('path' in port) return checked(net()._createServerHandle(port.path, -1, -1), 'bind')
  if (port.host !== '') return bindTo(port.host, port.port)
  try {
    return bindTo('::', port.port)
  } catch (error) {
    if (isWithoutIpv6(error)) return bindTo('0.0.0.0', port.port)
    throw error
  }
}

function isWithoutIpv6(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL' || code === 'EINVAL'
}

/** The socket that this process was given as a descriptor. @throws an error of the system */
export function fromDescriptor(fd: number): Handle {
  return checked(net()._createServerHandle(null, null, null, fd), 'open')
}

/**
 * Accepts no more, and keeps the socket: whoever connects waits, and `listen` begins again. To read is to stop what the loop looks at in
 * the socket, be it read from or listened at; nothing is read in between.
 * @param handle one that came to this process from another
 */
export function pause(handle: Handle): void {
  handle.readStart()
  handle.readStop()
}

/** Closes the socket in this process, whatever its `close` was made to do. */
export function closeForGood(handle: Handle): void {
  const { close } = Object.getPrototypeOf(handle) as Handle
  close.call(handle)
}

/** The error that the system calls by that number, which is less than 0. */
export function systemError(number: number, call: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(number)
  return Object.assign(new Error(`${call} ${code}`), { code, syscall: call })
}

/** Whether nobody listens at a port, at any address. */
export function isFree(port: number): boolean {
  for (const host of ['::', '0.0.0.0']) {
    try {
      bindTo(host, port, 0).close()
      return true
    } catch (error) {
      if (!isWithoutIpv6(error)) return false
    }
  }
  return false
}

function bindTo(host: string, port: number, flags = reusePort): Handle {
  const family = host.includes(':') ? 6 : 4
  const handle = checked(net()._createServerHandle(host, port, family, undefined, flags), 'bind')
  // An address that is in use is told only when it is used.
  const number = handle.getsockname?.({}) ?? 0
  if (number === 0) return handle
  handle.close()
  throw systemError(number, 'bind')
}

function checked(made: Handle | number, call: string): Handle {
  if (typeof made === 'number') throw systemError(made, call)
  return made
}

/** Loaded when it is first needed, since it is not needed by each process that may need it. */
function net(): Net {
  return process.getBuiltinModule('node:net') as Net
}
