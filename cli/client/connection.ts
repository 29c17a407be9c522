// One connection to a host: lines out, lines in, and a clear error if it cannot be made or is lost. It knows nothing of
// what the lines say.
import { connect, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import { LineSplitter } from '../../protocol/lines.ts'
import { type Address, formatAddress } from './address.ts'
import { silent } from './silent.ts'
import { unreachable } from './unreachable.ts'

/** More than a host ever keeps waiting for one client. A longer line does not come from a host. */
const maxLineBytes = 256 * 1024 * 1024

export type ConnectionOptions = {
  /** How long connecting may take. Default 10 s. */
  timeoutMs?: number | undefined
  /**
   * For how long the host may show no sign of life while something is waited for; 0: for ever. Work may take longer: the
   * host is asked whether it lives. Default 15 s.
   */
  silenceMs?: number | undefined
  /** Ends the connection, whatever it is doing. */
  signal?: AbortSignal | undefined
  /**
   * SHA-256 of the certificate that the host must have, as `AB:CD:…`, if the address asks for TLS. Without it, an
   * authority that this machine trusts must vouch for the certificate.
   */
  fingerprint?: string | undefined
}

export class Connection {
  readonly address: string
  /** Settled once the connection is over, with the reason why it was lost. Never rejects. */
  readonly closed: Promise<P8aError>
  #socket: Socket

  private constructor(socket: Socket, address: string) {
    this.#socket = socket
    this.address = address
    const { promise, resolve } = Promise.withResolvers<P8aError>()
    this.closed = promise
    let failure: P8aError | undefined
    socket.on('error', cause => {
      failure ??= cause instanceof P8aError ? cause : lost(address, cause)
    })
    socket.on('close', () => resolve(failure ?? lost(address)))
  }

  /**
   * Connects.
   * @throws {P8aError} `host_unreachable`, `certificate_changed`; `timeout` if `signal` ended it
   */
  static async open(address: Address, options: ConnectionOptions = {}): Promise<Connection> {
    const { timeoutMs = 10_000, signal, fingerprint } = options
    if (signal?.aborted) throw aborted(address)
    const tls = address.kind === 'tcp' && address.tls ? { address, ...(await import('./tls.ts')) } : undefined
    const socket = tls ? tls.connectTls(tls.address, fingerprint) : connectPlain(address)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.once(tls ? 'secureConnect' : 'connect', resolve)
    socket.once('error', cause => reject(unreachable(address, cause)))
    const timer = deadline(() => reject(unreachable(address, { code: 'ETIMEDOUT' })), timeoutMs)
    const onAbort = () => socket.destroy(aborted(address))
    signal?.addEventListener('abort', onAbort)
    socket.once('close', () => signal?.removeEventListener('abort', onAbort))
    try {
      await promise
      if (tls) tls.checkPinned(socket as TLSSocket, tls.address, fingerprint)
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      clearTimeout(timer)
    }
    socket.removeAllListeners('error')
    socket.setNoDelay(true)
    return new Connection(socket, formatAddress(address))
  }

  /** Calls `onLine` with each line that arrives, and `onBytes` before. If it throws, the connection ends. */
  listen(onLine: (line: string) => void, onBytes: () => void): void {
    const splitter = new LineSplitter({ maxBytes: maxLineBytes })
    this.#socket.on('data', (chunk: Uint8Array) => {
      onBytes()
      try {
        for (const line of splitter.push(chunk)) onLine(line)
      } catch (cause) {
        this.#socket.destroy(cause instanceof P8aError ? cause : noHost(this.address, cause))
      }
    })
  }

  /** Sends a line, which has no newline yet. */
  send(line: string): void {
    this.#socket.write(`${line}\n`)
  }

  /** How many bytes the system has not taken yet, since the host does not. */
  get unsent(): number {
    const { writableLength, _handle } = this.#socket as Socket & { _handle?: { writeQueueSize?: number } | null }
    // Of a long line that is on its way, only the handle knows how much was taken; Node looks at it for its own timeouts.
    return writableLength + (_handle?.writeQueueSize ?? 0)
  }

  /** Ends the connection, since nothing has come for `silenceMs`. */
  giveUp(silenceMs: number): void {
    this.#socket.destroy(silent(this.address, silenceMs))
  }

  close(): void {
    this.#socket.destroy()
  }
}

function connectPlain(address: Address): Socket {
  return connect(address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port })
}

function lost(address: string, cause?: Error): P8aError {
  return new P8aError('host_gone', `Lost the host at ${address}: ${cause?.message ?? 'it closed the connection'}`, {
    hint: [{ text: 'Its pods go on' }, { text: 'to see whether it is back', do: { verb: 'host status' } }],
    cause,
  })
}

function noHost(address: string, cause: unknown): P8aError {
  return new P8aError(
    'host_unreachable',
    `Cannot talk to ${address}: the program that answers there is not a p8a host`,
    {
      hint: 'Check the address and the port',
      cause,
    },
  )
}

function aborted(address: Address): P8aError {
  return new P8aError('timeout', `No answer from ${formatAddress(address)} in time`)
}
