// How sessions of HTTP/2 end without losing a request: the client is told to begin no more, what it began before it knew is taken,
// and then nothing more is. https://www.rfc-editor.org/rfc/rfc9113#section-6.8
// `session.goaway` cannot say the first of these: whatever number it names, nghttp2 ignores each stream that comes behind it, and Node
// stops to read once no stream is open. So that frame is written to the descriptor, between two of Node's writes. With TLS nobody but
// Node can write: there it is told at once which streams are taken, and those that cross that are ones that it may ask for again.

/** `ping`: the answer comes behind all that the client has sent before. */
export type Session = {
  readonly destroyed: boolean
  readonly encrypted: boolean | undefined
  readonly socket: { _handle?: { fd: number; writeQueueSize: number } | null }
  close(): void
  ping(onAnswer: (error: Error | null) => void): boolean
  once(event: string, on: () => void): void
}

/** GOAWAY that leaves out no stream, with the number 2^31 - 1: none has a higher one. */
const goaway = Uint8Array.of(0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0)
/** How long a client may take to answer; one of Node that knows and has nothing under way says nothing more. */
const knownMs = 2000

export class Sessions {
  #open = new Set<Session>()
  #isDraining = false

  add(session: Session): void {
    this.#open.add(session)
    session.once('close', () => this.#open.delete(session))
    if (this.#isDraining) end(session)
  }

  drain(): void {
    this.#isDraining = true
    for (const session of this.#open) end(session)
  }
}

function end(session: Session): void {
  const close = () => {
    if (!session.destroyed) session.close()
  }
  if (session.encrypted) {
    close()
    return
  }
  const late = setTimeout(close, knownMs).unref()
  session.once('close', () => clearTimeout(late))
  // Its answer shows that our settings were sent, which go before any other frame.
  ping(session, () => {
    if (hasTold(session)) ping(session, close)
    else close()
  })
}

function ping(session: Session, onAnswer: () => void): void {
  if (session.destroyed) return
  session.ping(error => {
    if (!error) onAnswer()
  })
}

/** @returns false where there is no room for it, since the client reads nothing or has left */
function hasTold({ socket }: Session): boolean {
  const handle = socket._handle
  if (!handle || handle.writeQueueSize > 0) return false
  try {
    return process.getBuiltinModule('node:fs').writeSync(handle.fd, goaway) === goaway.length
  } catch {
    return false
  }
}
