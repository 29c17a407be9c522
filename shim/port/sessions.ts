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
  goaway(code: number, lastStream: number): void
  ping(onAnswer: (error: Error | null) => void): boolean
  once(event: string, on: () => void): void
}

export type Stream = { readonly session?: Session | undefined; once(event: 'close', on: () => void): void }

/** The highest number that a stream can have: GOAWAY with it leaves out none. */
const lastOfAll = 2 ** 31 - 1
const goaway = Uint8Array.of(0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0)
/** How long a client may take to answer; one of Node that knows and has nothing under way says nothing more. */
const knownMs = 2000

/** How long a session with TLS may have nothing under way: whoever has just connected is about to ask. */
const restMs = 2000

export class Sessions {
  /** How many streams each has under way. */
  #open = new Map<Session, number>()
  #isDraining = false

  add(session: Session): void {
    this.#open.set(session, 0)
    session.once('close', () => this.#open.delete(session))
    if (this.#isDraining) this.#end(session)
  }

  /** A client has asked for something: this comes before its answer can be sent. */
  begin(stream: Stream): void {
    const { session } = stream
    const open = session && this.#open.get(session)
    if (!session || open === undefined) return
    this.#open.set(session, open + 1)
    stream.once('close', () => this.#onEnded(session))
    if (this.#isDraining && session.encrypted && open === 0) tellWaiting(session)
  }

  drain(): void {
    this.#isDraining = true
    for (const session of this.#open.keys()) this.#end(session)
  }

  #onEnded(session: Session): void {
    const open = this.#open.get(session)
    if (open !== undefined) this.#open.set(session, open - 1)
  }

  #end(session: Session): void {
    if (!session.encrypted) end(session)
    else if (this.#open.get(session)) close(session)
    else closeLate(session, restMs)
  }
}

/** Its client waits for the first answer. It is told in one piece with that, and what came in one piece with its request is taken. */
function tellWaiting(session: Session): void {
  session.goaway(0, lastOfAll)
  // Names the last stream that was taken, and ends the session after that.
  setImmediate(close, session)
}

function end(session: Session): void {
  closeLate(session, knownMs)
  // Its answer shows that our settings were sent, which go before any other frame.
  ping(session, () => {
    if (hasTold(session)) ping(session, () => close(session))
    else close(session)
  })
}

function close(session: Session): void {
  if (!session.destroyed) session.close()
}

function closeLate(session: Session, afterMs: number): void {
  const late = setTimeout(close, afterMs, session).unref()
  session.once('close', () => clearTimeout(late))
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
