// Lines of JSON and frames of bytes on one connection, one after the other. A frame stands where a line could begin,
// and begins with a zero byte, which JSON never has. Then come the channel's id in six bytes, the length in four, and
// the bytes. Sending bytes so costs a copy at each end (2 to 3 GB/s); as base64 within JSON it would be 0.14 GB/s, and
// a third more data.
import { LineBatches } from '../line-batches.ts'

const headBytes = 11

/** A frame as it is sent: a copy, since code that yields bytes may use their memory again at once. */
export function frameOf(id: number, bytes: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(headBytes + bytes.length)
  frame[0] = 0
  frame.writeUIntBE(id, 1, 6)
  frame.writeUInt32BE(bytes.length, 7)
  frame.set(bytes, headBytes)
  return frame
}

/** The text of lines that are whole, with newlines between them; or the bytes of a frame. */
export type Part = string | { id: number; bytes: Uint8Array }

type Begun = { id: number; bytes: Uint8Array; filled: number }

export class Frames {
  #maxBytes: number
  #lines: LineBatches
  /** The head of a frame that is not whole. */
  #head: Buffer | undefined
  /** A frame whose head is known. */
  #begun: Begun | undefined

  /** @param options.maxBytes the most that a line in several chunks, or a frame, may have */
  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes
    this.#lines = new LineBatches({ maxBytes })
  }

  /**
   * The parts that are whole by now, in order.
   * @throws {RangeError} if a part is too long, or a frame stands within a line; after that it cannot be used
   */
  push(chunk: Buffer): Part[] {
    const parts: Part[] = []
    for (let rest = chunk; rest.length > 0; ) {
      if (this.#begun) rest = this.#fill(this.#begun, { rest, parts })
      else if (this.#head) rest = this.#begin(this.#head, { rest, parts })
      else rest = this.#takeLines(rest, parts)
    }
    return parts
  }

  #takeLines(chunk: Buffer, parts: Part[]): Buffer {
    const zero = chunk.indexOf(0)
    const lines = zero === -1 ? chunk : chunk.subarray(0, zero)
    const text = lines.length > 0 ? this.#lines.push(lines) : undefined
    if (text !== undefined) parts.push(text)
    if (zero === -1) return chunk.subarray(chunk.length)
    if (this.#lines.pendingBytes > 0) throw new RangeError('a frame begins within a line')
    this.#head = Buffer.alloc(0)
    return chunk.subarray(zero)
  }

  #begin(had: Buffer, { rest, parts }: { rest: Buffer; parts: Part[] }): Buffer {
    const head = Buffer.concat([had, rest.subarray(0, headBytes - had.length)])
    const left = rest.subarray(head.length - had.length)
    this.#head = head
    if (head.length < headBytes) return left
    const length = head.readUInt32BE(7)
    if (length > this.#maxBytes) throw new RangeError(`a frame is longer than ${this.#maxBytes} bytes`)
    this.#head = undefined
    this.#begun = { id: head.readUIntBE(1, 6), bytes: ownMemory(length), filled: 0 }
    return this.#fill(this.#begun, { rest: left, parts })
  }

  #fill(begun: Begun, { rest, parts }: { rest: Buffer; parts: Part[] }): Buffer {
    const { id, bytes, filled } = begun
    const part = rest.subarray(0, bytes.length - filled)
    bytes.set(part, filled)
    begun.filled += part.length
    if (begun.filled === bytes.length) {
      this.#begun = undefined
      parts.push({ id, bytes })
    }
    return rest.subarray(part.length)
  }
}

/**
 * Memory of its own, so that code that gets the bytes may keep them or pass them on. (Filling it with zeros takes
 * longer than the copy.)
 */
function ownMemory(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}
