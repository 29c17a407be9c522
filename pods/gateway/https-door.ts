// Where clients come in by TLS: each gets the certificate for the name that it wants, as it is at that moment.
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { oldestProtocol, sessionIdContext } from './certificates/certificate.ts'
import { guard, type Way } from './certificates/doorkeeper.ts'
import type { Hello } from './certificates/hello.ts'
import type { Shelf } from './certificates/shelf.ts'
import { answerTickets } from './certificates/ticket-answers.ts'
import type { Tickets } from './certificates/ticket-keys.ts'
import { boundsOf, maxHeaders, serveAt } from './doors.ts'
import type { Gateway } from './gateway.ts'
import { sidesOf } from './http2.ts'
import type { Settings } from './settings.ts'

/** `challenge`: where somebody is to go who looks whether a name is ours. */
export type Keys = { shelf: Shelf; challenge?: ((hello: Hello) => Promise<Way | undefined> | undefined) | undefined }

/** Bytes of a body that may be under way to the gateway. */
const initialWindowSize = 262_144

export class HttpsDoor {
  readonly server: Http2SecureServer
  #tickets: Tickets | undefined
  #shelf: Shelf
  #settings: Settings

  constructor(gateway: Gateway, settings: Settings, { shelf, challenge }: Keys) {
    const { headersTimeoutMs } = settings
    this.#shelf = shelf
    this.#settings = settings
    this.server = createSecureServer({
      ...boundsOf(settings),
      ...boundsOfStreams(settings),
      allowHTTP1: true,
      minVersion: oldestProtocol,
      sessionIdContext,
      handshakeTimeout: headersTimeoutMs,
      SNICallback: (name, then) => then(null, this.#certificateFor(name.toLowerCase())?.context),
    })
    const usual = ({ name }: Hello): Way => (this.#certificateFor(name) ? 'in' : 'unknown')
    const way = (hello: Hello) => challenge?.(hello)?.then(server => server ?? usual(hello)) ?? usual(hello)
    guard(this.server, { way, timeoutMs: headersTimeoutMs })
    this.server.on('secureConnection', socket => gateway.connected(socket))
    serveAt(this.server, gateway)
    this.#serveStreams(gateway)
  }

  /** To be called when there are other certificates: clients that name no host get the default one without a callback. */
  changed(): void {
    const certificate = this.#default
    this.server.setSecureContext({
      minVersion: oldestProtocol,
      sessionIdContext,
      ...(certificate && { cert: certificate.pem, key: certificate.key }),
    })
    if (this.#tickets) answerTickets(this.server, this.#tickets)
  }

  /** From now on. */
  useTickets(tickets: Tickets): void {
    this.#tickets = tickets
    answerTickets(this.server, tickets)
  }

  /** Node has made requests of its own kind of the streams, once it knew that there are those of HTTP/1.1. */
  #serveStreams(gateway: Gateway): void {
    this.server.removeAllListeners('stream')
    this.server.on(
      'stream',
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
        const { request, response } = sidesOf(stream, headers, raw)
        gateway.serve(request, response)
      },
    )
    const { keepAliveMs } = this.#settings
    this.server.on('session', session => closeIdle(session, keepAliveMs))
    // A client that breaks the protocol is gone with its session.
    this.server.on('sessionError', () => {})
  }

  get #default() {
    const { defaultCertificate } = this.#settings
    return defaultCertificate === undefined ? undefined : this.#shelf.named(defaultCertificate)
  }

  #certificateFor(name: string | undefined) {
    return (name === undefined ? undefined : this.#shelf.find(name)) ?? this.#default
  }
}

/** A client that takes back more requests than that at once, or a tenth of it each second, gets GOAWAY (CVE-2023-44487). */
function boundsOfStreams({ maxStreams, maxResets, maxHeaderBytes }: Settings) {
  return {
    settings: {
      maxConcurrentStreams: maxStreams,
      maxHeaderListSize: maxHeaderBytes,
      enablePush: false,
      initialWindowSize,
    },
    maxHeaderListPairs: maxHeaders,
    streamResetBurst: maxResets,
    streamResetRate: Math.max(1, Math.round(maxResets / 10)),
  }
}

function closeIdle(session: Http2Session, keepAliveMs: number): void {
  let open = 0
  session.on('stream', stream => {
    open += 1
    stream.once('close', () => {
      open -= 1
    })
  })
  session.setTimeout(keepAliveMs, () => {
    if (open === 0) session.close()
  })
}
