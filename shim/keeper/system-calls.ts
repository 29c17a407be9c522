// The system's own functions, for what Node cannot do: sockets of datagrams, and descriptors of processes. With a Node without
// `node:ffi`, and on a system other than Linux, none of them can be had. Numbers are those of little-endian machines.
import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { systemFunctions } from '../../protocol/ffi.ts'

type SystemCalls = {
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  dup3(from: number, to: number, flags: number): number
  listen(fd: number, backlog: number): number
  ioctl(fd: number, request: bigint, data: Uint8Array): number
  syscall(number: bigint, first: bigint, second: bigint): bigint
}

const int = 'int32'
const long = 'int64'
const prototypes = {
  socket: { arguments: [int, int, int], return: int },
  bind: { arguments: [int, 'buffer', 'uint32'], return: int },
  dup3: { arguments: [int, int, int], return: int },
  listen: { arguments: [int, int], return: int },
  ioctl: { arguments: [int, 'uint64', 'buffer'], return: int },
  syscall: { arguments: [long, long, long], return: long },
}

// The same on all architectures that Node runs on, but MIPS.
const unix = 1
const streams = 1
const datagrams = 2
const closeOnExec = 0o2000000
const pidfdOpen = 434n
/** `PIDFD_GET_INFO` with a `struct pidfd_info` of its first size, 64 bytes. */
const pidfdGetInfo = 0xc040ff0bn
const infoBytes = 64
/** `PIDFD_INFO_EXIT`: wanted, and in the answer whether it is there. */
const exitMask = 1n << 3n
const exitCodeAt = 60

let known: { calls: SystemCalls | undefined } | undefined

/**
 * A socket of datagrams, at a path where nothing is yet: each read is one of them.
 * @returns undefined if there cannot be one
 */
export function openDatagrams(path: string): Socket | undefined {
  const calls = systemCalls()
  const from = calls ? calls.socket(unix, datagrams | closeOnExec, 0) : -1
  if (!calls || from < 0) return undefined
  try {
    const address = addressOf(path)
    return calls.bind(from, address, address.length) < 0 ? undefined : streamOf(from)
  } finally {
    closeSync(from)
  }
}

/**
 * A descriptor of a process, which can be read once the process has ended, and not before.
 * https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 * @returns undefined if there cannot be one
 */
export function openProcess(pid: number): number | undefined {
  const fd = Number(systemCalls()?.syscall(pidfdOpen, BigInt(pid), 0n) ?? -1)
  return fd < 0 ? undefined : fd
}

/**
 * How a process has ended, as `wait` tells it.
 * https://docs.kernel.org/userspace-api/ioctl/ioctl-number.html
 * @param process its descriptor
 * @returns undefined if the kernel does not know; it does from Linux 6.15 on
 */
export function statusOfEnded(process: number): number | undefined {
  const info = Buffer.alloc(infoBytes)
  info.writeBigUInt64LE(exitMask)
  if (systemCalls()?.ioctl(process, pidfdGetInfo, info) !== 0) return undefined
  return (info.readBigUInt64LE() & exitMask) === 0n ? undefined : info.readInt32LE(exitCodeAt)
}

/**
 * A stream that reads any kind of descriptor. Node takes one only if that is a connected socket or a pipe: so the stream
 * gets a socket, in whose place the descriptor is put before anything is read.
 * @param from stays open
 * @returns undefined if there cannot be one
 */
export function streamOf(from: number): Socket | undefined {
  const calls = systemCalls()
  const fd = calls ? calls.socket(unix, streams | closeOnExec, 0) : -1
  if (!calls || fd < 0) return undefined
  const stream = new Socket({ fd, readable: true, writable: false })
  if (calls.dup3(from, fd, closeOnExec) === fd) return stream
  stream.destroy()
  return undefined
}

/** Lets the kernel take connections into the queue of a socket, where the event loop does not see them. @returns whether it does */
export function listenQuietly(fd: number, backlog: number): boolean {
  return systemCalls()?.listen(fd, backlog) === 0
}

/** `struct sockaddr_un`: the family in the machine's order of bytes, and the path with a zero behind it. */
function addressOf(path: string): Uint8Array {
  const family = new Uint8Array(new Uint16Array([unix]).buffer)
  return Buffer.concat([family, Buffer.from(path), Buffer.alloc(1)])
}

function systemCalls(): SystemCalls | undefined {
  known ??= { calls: systemFunctions<SystemCalls>(prototypes) }
  return known.calls
}
