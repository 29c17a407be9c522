// What two hosts send each other over a connection of their own, as bytes: `length u32, kind u8, id u32, body`. Pure.

/**
 * `nobody`: who was asked takes no such thing, and nothing was done; where it is a tunnel, the body is why. `failed`: it may have been done. The
 * body of `large` is how many bytes an answer had. `bye`: whoever is asked here goes, and what has no answer was not begun, but for the ids in its body.
 * `tunnel` comes first or never: once it is `opened`, there are no frames any more.
 */
export const kinds = {
  ...{ ask: 1, answer: 2, nobody: 3, failed: 4, large: 5, tell: 6, ping: 7, pong: 8 },
  ...{ tunnel: 9, opened: 10, bye: 11 },
} as const
export type Kind = keyof typeof kinds
export type Frame = { kind: Kind; id: number; body: Buffer }

const lengthBytes = 4
const headBytes = lengthBytes + 5
/** How many bytes a body may have beside a message. */
export const addressBytes = 256

const names = new Map<number, Kind>(Object.entries(kinds).map(([name, code]) => [code, name as Kind]))

export function frameOf(kind: Kind, id: number, body: Uint8Array = new Uint8Array()): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + body.byteLength)
  frame.writeUInt32BE(headBytes - lengthBytes + body.byteLength, 0)
  frame.writeUInt8(kinds[kind], lengthBytes)
  frame.writeUInt32BE(id, lengthBytes + 1)
  frame.set(body, headBytes)
  return frame
}

/** A message with its subject, of 255 letters at most. */
export function addressed(subject: string, message: Uint8Array): Buffer {
  const name = Buffer.from(subject)
  return Buffer.concat([Buffer.from([name.byteLength]), name, message])
}

export function readAddressed(body: Buffer): { subject: string; message: Buffer } {
  const end = 1 + (body[0] ?? 0)
  return { subject: body.subarray(1, end).toString(), message: body.subarray(end) }
}

export function idsOf(ids: Iterable<number>): Buffer {
  const all = [...ids]
  const body = Buffer.alloc(all.length * 4)
  for (const [at, id] of all.entries()) body.writeUInt32BE(id, at * 4)
  return body
}

export function readIds(body: Buffer): number[] {
  return Array.from({ length: Math.floor(body.byteLength / 4) }, (_, at) => body.readUInt32BE(at * 4))
}

export class FrameReader {
  #most: () => number
  #chunks: Buffer[] = []
  #size = 0

  /** @param most how many bytes a message may have */
  constructor(most: () => number) {
    this.#most = most
  }

  /** @returns the frames that are whole by now. @throws {Error} at what is no frame, or too long */
  read(chunk: Buffer): Frame[] {
    const frames: Frame[] = []
    for (let frame = this.first(chunk); frame; frame = this.first()) frames.push(frame)
    return frames
  }

  /** @returns the next frame, if it is whole by now. @throws {Error} as `read` */
  first(chunk?: Buffer): Frame | undefined {
    if (chunk) this.#chunks.push(chunk)
    this.#size += chunk?.byteLength ?? 0
    const length = this.#next()
    if (length === undefined) return undefined
    const [all] = this.#joined() as [Buffer]
    const kind = names.get(all.readUInt8(lengthBytes))
    if (!kind) throw new Error('A frame of a kind that is not known')
    const end = lengthBytes + length
    this.#chunks = end < all.byteLength ? [all.subarray(end)] : []
    this.#size -= end
    return { kind, id: all.readUInt32BE(lengthBytes + 1), body: all.subarray(headBytes, end) }
  }

  /** What has come behind the frames that were read. */
  rest(): Buffer {
    this.#size = 0
    return Buffer.concat(this.#chunks.splice(0))
  }

  /** How long the next frame is, if it is there. */
  #next(): number | undefined {
    if (this.#size < headBytes) return undefined
    if ((this.#chunks[0] as Buffer).byteLength < lengthBytes) this.#joined()
    const length = (this.#chunks[0] as Buffer).readUInt32BE(0)
    if (length < headBytes - lengthBytes || length > this.#most() + headBytes + addressBytes)
      throw new Error(`A frame of ${length} bytes`)
    return this.#size >= lengthBytes + length ? length : undefined
  }

  #joined(): Buffer[] {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks
  }
}
