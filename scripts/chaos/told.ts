// What the host has said in its log, and what was done to it, in the order in which both were seen: for whoever looks into a broken
// promise. The log itself is removed and cut, and the clock that dates it is moved.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const lookMs = 50
/** So much is remembered. */
const mostWords = 8000

type Word = { atMs: number; text: string }

export class Told {
  #file: string
  #words: Word[] = []
  #read = { ino: 0, bytes: 0 }
  #startedMs = performance.now()
  #looking: NodeJS.Timeout

  constructor(file: string) {
    this.#file = file
    this.#looking = setInterval(() => this.look(), lookMs)
  }

  /** Something was done to the host. */
  note(text: string): void {
    this.#keep(`* ${text}`)
  }

  /** The last lines in which one of these words stands, and all that was done between them. */
  last(words: readonly string[], most: number): string {
    this.look()
    const found = this.#words.filter(({ text }) => text.startsWith('* ') || words.some(word => text.includes(word)))
    return found
      .slice(-most)
      .map(({ atMs, text }) => `${((atMs - this.#startedMs) / 1000).toFixed(2)} ${text}`)
      .join('\n  ')
  }

  /** Whether a line of the host has all of these words, and was seen since then, in the time of `performance.now()`. */
  has(words: readonly string[], sinceMs: number): boolean {
    this.look()
    return this.#words.some(({ atMs, text }) => atMs >= sinceMs && words.every(word => text.includes(word)))
  }

  /** Reads on. */
  look(): void {
    try {
      const fd = openSync(this.#file, 'r')
      try {
        const { ino, size } = fstatSync(fd)
        if (ino !== this.#read.ino || size < this.#read.bytes) this.#read = { ino, bytes: 0 }
        const bytes = Buffer.alloc(size - this.#read.bytes)
        readSync(fd, bytes, 0, bytes.length, this.#read.bytes)
        const whole = bytes.lastIndexOf(10) + 1
        this.#read.bytes += whole
        for (const line of bytes.toString('utf8', 0, whole).split('\n')) if (line !== '') this.#keep(line)
      } finally {
        closeSync(fd)
      }
    } catch {
      // It was removed just now, or has not been made yet.
    }
  }

  close(): void {
    clearInterval(this.#looking)
  }

  #keep(text: string): void {
    this.#words.push({ atMs: performance.now(), text })
    if (this.#words.length > mostWords) this.#words.splice(0, mostWords / 2)
  }
}
