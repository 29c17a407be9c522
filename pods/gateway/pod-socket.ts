// A socket to a pod that is read to its end, though the pod takes nothing more: one that answers early and closes has sent its answer before,
// and whoever stopped at the first write that fails would lose it (RFC 9112 9.6).
import { Socket, type SocketConstructorOpts } from 'node:net'
import type { Address } from '../port-address.ts'

type Done = (error?: NodeJS.ErrnoException | null) => void

export class PodSocket extends Socket {
  /** Why the pod takes nothing more; undefined as long as it does. What is written then goes nowhere. */
  writeError: NodeJS.ErrnoException | undefined

  constructor(address: Address, options: Pick<SocketConstructorOpts, 'onread'> = {}) {
    super({ ...options, noDelay: true })
    this.connect('socketPath' in address ? { path: address.socketPath } : address)
  }

  override _write(chunk: unknown, encoding: BufferEncoding, done: Done): void {
    super._write(chunk, encoding, error => this.#written(error, done))
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], done: Done): void {
    super._writev?.(chunks, error => this.#written(error, done))
  }

  #written(error: NodeJS.ErrnoException | null | undefined, done: Done): void {
    const isClosed = error?.code === 'EPIPE' || error?.code === 'ECONNRESET'
    if (isClosed) this.writeError ??= error
    done(isClosed ? null : error)
  }
}
