// What comes back from another host, as bytes that may be cut anywhere: a mark that values follow, values, and the end or an error. Pure.

/** An error as it goes to another host. */
/** `steps`: a hint as data, so that whoever reads it sees what they call the host. */
export type ErrorWords = { message: string; code?: string; hint?: string; steps?: readonly object[]; facts?: object }

/** `stream`: values follow. `end`: the answer, or the end of the values. */
export type Piece = { t: 'stream' } | { t: 'value'; value: unknown } | { t: 'end'; value: unknown } | ErrorPiece
type ErrorPiece = { t: 'error'; error: ErrorWords }

/** Each piece has a byte that says which it is, four with its length, and then JSON, or the bytes of a value. */
const kinds = { stream: 1, value: 2, bytes: 3, end: 4, error: 5 } as const
const headBytes = 5
/** A piece is in memory whole: what a host may be told by another one, which may be in the wrong hands. Above what a run may answer (`maxLineBytes`). */
const mostBytes = 128 * 1024 * 1024

export function writePiece(piece: Piece): Buffer {
  if (piece.t === 'stream') return framed(kinds.stream, Buffer.alloc(0))
  if (piece.t === 'error') return framed(kinds.error, json(piece.error))
  const { t, value } = piece
  if (t === 'value' && value instanceof Uint8Array) return framed(kinds.bytes, value)
  return framed(kinds[t], json(value))
}

/** Puts pieces together again from bytes as they come. */
export class PieceReader {
  #parts: Uint8Array[] = []
  #size = 0

  /** @returns the pieces that are whole by now. @throws {Error} for what is none; `too_large` */
  push(bytes: Uint8Array): Piece[] {
    if (bytes.byteLength === 0) return []
    this.#parts.push(bytes)
    this.#size += bytes.byteLength
    const pieces: Piece[] = []
    for (;;) {
      const head = this.#size >= headBytes ? this.#joined(headBytes) : undefined
      const length = head?.readUInt32BE(1)
      if (!head || length === undefined) return pieces
      checkSize(length)
      if (this.#size < headBytes + length) return pieces
      const whole = this.#joined(headBytes + length)
      pieces.push(readPiece(whole[0] ?? 0, whole.subarray(headBytes, headBytes + length)))
      this.#parts = [whole.subarray(headBytes + length)]
      this.#size -= headBytes + length
    }
  }

  /** Joins the parts only where the first is not enough: a large piece comes in many. */
  #joined(least: number): Buffer {
    const [first] = this.#parts
    if (!first || first.byteLength < least) this.#parts = [Buffer.concat(this.#parts)]
    const joined = this.#parts[0] as Uint8Array
    return Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength)
  }
}

function readPiece(kind: number, payload: Buffer): Piece {
  if (kind === kinds.stream) return { t: 'stream' }
  if (kind === kinds.bytes) return { t: 'value', value: new Uint8Array(payload) }
  if (kind === kinds.value) return { t: 'value', value: JSON.parse(payload.toString()) }
  if (kind === kinds.end) return { t: 'end', value: JSON.parse(payload.toString()) }
  if (kind === kinds.error) return { t: 'error', error: JSON.parse(payload.toString()) as ErrorWords }
  throw new Error(`A piece of the kind ${kind} cannot be read: upgrade this host`)
}

function checkSize(bytes: number): void {
  if (bytes <= mostBytes) return
  const message = `What comes back from another host at once may have ${mostBytes} bytes, not ${bytes}`
  throw Object.assign(new Error(message), { code: 'too_large', hint: 'Let the function yield it in parts' })
}

function framed(kind: number, payload: Uint8Array): Buffer {
  checkSize(payload.byteLength)
  const frame = Buffer.allocUnsafe(headBytes + payload.byteLength)
  frame[0] = kind
  frame.writeUInt32BE(payload.byteLength, 1)
  frame.set(payload, headBytes)
  return frame
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? 'null')
