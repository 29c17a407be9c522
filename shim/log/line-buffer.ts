// One log line as bytes, made in place: a line costs no string, no buffer and no garbage, and only the changed part of
// its head is written. It knows nothing of files.
import { headBytes, maxPartLength, nanosecondsAt, type StreamName, streamAt } from '../../protocol/cri.ts'
import { now } from './stamp.ts'

const digit0 = 48
/** A character of UTF-16 has at most three bytes in UTF-8; plus one for the newline. */
const maxTextBytes = 3 * maxPartLength + 1

export class LineBuffer {
  readonly bytes = Buffer.allocUnsafeSlow(headBytes + maxTextBytes)
  #text = this.bytes.subarray(headBytes)
  #encoder = new TextEncoder()
  #wholeMs = 0
  #stream: StreamName = 'stdout'

  constructor() {
    this.bytes.write(`${' '.repeat(nanosecondsAt)}000000Z ${this.#stream} F `, 'latin1')
  }

  /**
   * Makes the line of what a stream wrote now, if that is one whole line.
   * @returns how many of `bytes` it takes; 0 if `text` is not one whole line, or is too long for one part
   */
  fill(stream: StreamName, text: string): number {
    const newline = text.indexOf('\n')
    if (newline === -1 || newline !== text.length - 1 || newline >= maxPartLength) return 0
    this.#setTime()
    if (stream !== this.#stream) this.#setStream(stream)
    return headBytes + this.#encoder.encodeInto(text, this.#text).written
  }

  #setTime(): void {
    const { wholeMs, text, nanoseconds } = now()
    if (wholeMs !== this.#wholeMs) {
      this.#wholeMs = wholeMs
      this.bytes.write(text, 'latin1')
    }
    let rest = nanoseconds
    for (let at = nanosecondsAt + 5; at >= nanosecondsAt; at--) {
      const tenth = Math.floor(rest / 10)
      this.bytes[at] = digit0 + rest - tenth * 10
      rest = tenth
    }
  }

  #setStream(stream: StreamName): void {
    this.#stream = stream
    this.bytes.write(stream, streamAt, 'latin1')
  }
}
