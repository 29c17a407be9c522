// Where the frames of a WebSocket begin and end in what one side sends (RFC 6455, 5.2). It keeps no byte of them, and judges none.

/** Close, 1012: the service restarts, and clients may come back. */
export const serviceRestart = Buffer.of(0x88, 2, 0x03, 0xf4)

export class Frames {
  #head: number[] = []
  /** Bytes of the payload that are still to come. */
  #left = 0

  /** Whether all that came is whole frames: only then another one may be put behind it. */
  get areWhole(): boolean {
    return this.#left === 0 && this.#head.length === 0
  }

  /** @returns behind how many bytes of this chunk the first frame ends that ends in it; undefined if none does */
  push(chunk: Buffer): number | undefined {
    let first: number | undefined
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at)
        this.#left -= step
        at += step
      } else {
        this.#head.push(chunk[at] ?? 0)
        at += 1
        const bytes = payloadBytes(this.#head)
        if (bytes === undefined) continue
        this.#left = bytes
        this.#head.length = 0
      }
      if (first === undefined && this.areWhole) first = at
    }
    return first
  }
}

/** Undefined while the head is not whole. */
function payloadBytes(head: readonly number[]): number | undefined {
  const second = head[1] ?? 0
  const short = second & 0x7f
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0
  const maskBytes = second & 0x80 ? 4 : 0
  if (head.length < 2 + lengthBytes + maskBytes) return undefined
  if (lengthBytes === 0) return short
  return head.slice(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
}
