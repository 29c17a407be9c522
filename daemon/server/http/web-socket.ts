// JSON-RPC over WebSocket, `GET /ws`: a connection of lines whose bytes come in messages. It is for browsers, which open few
// connections to a host over HTTP, and as many of these as they like. Loaded with the first one.
import type http from 'node:http'
import type net from 'node:net'
import { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

/** The longest message that is taken, in bytes: it is in memory as a whole, also before a client is known. */
const maxMessageBytes = 256 * 1024

const server = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  maxPayload: maxMessageBytes,
  // A small message could be a very large one.
  perMessageDeflate: false,
})

/** Answers the handshake, or refuses it; then hands over a connection of lines. */
export function acceptWebSocket(
  request: http.IncomingMessage,
  { socket, head }: { socket: net.Socket; head: Buffer },
  onLines: (lines: MessageLines) => void,
): void {
  server.handleUpgrade(request, socket, head, accepted => onLines(new MessageLines(accepted, socket)))
}

/** Each message is one line or more, with a newline at its end or not; what is written goes out as it is, in a message. */
export class MessageLines extends Duplex {
  #messages: WebSocket
  #carrier: net.Socket

  constructor(messages: WebSocket, carrier: net.Socket) {
    super()
    this.#messages = messages
    this.#carrier = carrier
    messages.on('message', data => {
      if (!this.push(`${data}\n`)) messages.pause()
    })
    // The close that follows does the rest.
    messages.on('error', () => {})
    messages.on('close', () => this.destroy())
  }

  setKeepAlive(isOn: boolean, afterMs: number): void {
    this.#carrier.setKeepAlive(isOn, afterMs)
  }

  override _read(): void {
    this.#messages.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#messages.send(chunk, { binary: false }, error => done(error))
  }

  override _final(done: () => void): void {
    this.#messages.close(1000)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#messages.terminate()
    done(error)
  }
}
