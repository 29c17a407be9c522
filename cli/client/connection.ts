// One connection to a host: lines out, lines in, and a clear error if it cannot be made or is lost. It knows nothing of
// what the lines say.
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import { LineSplitter } from '../../protocol/lines.ts'
import { openPipe, type Pipe, type PipeEvents } from '../../protocol/pipe.ts'
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
  #pipe: Pipe | undefined
  #failure: P8aError | undefined
  #lost = Promise.withResolvers<P8aError>()
  #hear: (bytes: Uint8Array) => void = () => {}

  private constructor(address: string) {
    this.address = address
    this.closed = this.#lost.promise
  }

  /**
   * Connects.
   * @throws {P8aError} `host_unreachable`, `certificate_changed`; `timeout` if `signal` ended it
   */
  static async open(address: Address, options: ConnectionOptions = {}): Promise<Connection> {
    const { timeoutMs = 10_000, signal, fingerprint } = options
    if (signal?.aborted) throw aborted(address)
    const connection = new Connection(formatAddress(address))
    const { promise: connected, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = () => connection.#end(aborted(address))
    const events: PipeEvents = {
      onConnected: resolve,
      onData: bytes => connection.#hear(bytes),
      onClosed: cause => {
        signal?.removeEventListener('abort', onAbort)
        reject(connection.#failure ?? unreachable(address, cause ?? { code: 'ECONNRESET' }))
        connection.#lost.resolve(connection.#failure ?? lost(connection.address, cause))
      },
    }
    connection.#pipe =
      address.kind === 'unix'
        ? openPipe(address.path, events)
        : await (await import('./tcp.ts')).openTcp(address, events, fingerprint)
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted) onAbort()
    const timer = deadline(() => connection.#end(unreachable(address, { code: 'ETIMEDOUT' })), timeoutMs)
    await connected.finally(() => clearTimeout(timer))
    return connection
  }

  /** Calls `onLine` with each line that arrives, and `onBytes` before. If it throws, the connection ends. */
  listen(onLine: (line: string) => void, onBytes: () => void): void {
    const splitter = new LineSplitter({ maxBytes: maxLineBytes })
    this.#hear = bytes => {
      onBytes()
      try {
        for (const line of splitter.push(bytes)) onLine(line)
      } catch (cause) {
        this.#end(cause instanceof P8aError ? cause : noHost(this.address, cause))
      }
    }
  }

  /** Sends a line, which has no newline yet. */
  send(line: string): void {
    this.#pipe?.write(`${line}\n`)
  }

  /** How many bytes the system has not taken yet, since the host does not. */
  get unsent(): number {
    return this.#pipe?.unsent ?? 0
  }

  /** Ends the connection, since nothing has come for `silenceMs`. */
  giveUp(silenceMs: number): void {
    this.#end(silent(this.address, silenceMs))
  }

  close(): void {
    this.#pipe?.close()
  }

  #end(failure: P8aError): void {
    this.#failure ??= failure
    this.close()
  }
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
