// Who is at the other end of a Unix socket. Node cannot ask the kernel, but through `node:ffi`, where it has that.
import type net from 'node:net'
import { systemFunctions } from '../../protocol/ffi.ts'

type Calls = {
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array): number
}

const int = 'int32'
const prototypes = { getsockopt: { arguments: [int, int, int, 'buffer', 'buffer'], return: int } }
// Of Linux, on all architectures that Node runs on, but MIPS.
const solSocket = 1
const soPeercred = 17
/** `struct ucred`: pid, uid, gid. */
const ucredBytes = 12

let known: { calls: Calls | undefined } | undefined

/**
 * The process that has opened a connection to a Unix socket.
 * https://man7.org/linux/man-pages/man7/unix.7.html
 * @returns undefined where that cannot be known
 */
export function peerPid(socket: net.Socket): number | undefined {
  known ??= { calls: systemFunctions<Calls>(prototypes) }
  const { fd = -1 } = (socket as net.Socket & { _handle?: { fd?: number } | null })._handle ?? {}
  if (!known.calls || fd < 0) return undefined
  const ucred = Buffer.alloc(ucredBytes)
  const length = new Uint8Array(new Uint32Array([ucredBytes]).buffer)
  if (known.calls.getsockopt(fd, solSocket, soPeercred, ucred, length) !== 0) return undefined
  const [pid] = new Int32Array(new Uint8Array(ucred).buffer)
  return pid
}
