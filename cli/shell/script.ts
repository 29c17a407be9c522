// A script on stdin: its lines are run one by one, and a command that asks for lines gets the lines after it.
import { createInterface } from 'node:readline'
import type { Input } from './input.ts'

export class Script implements Input {
  readonly echoes = false
  #lines: AsyncIterator<string>
  #hasBegun = false

  constructor(stdin: NodeJS.ReadableStream) {
    this.#lines = createInterface({ input: stdin, terminal: false })[Symbol.asyncIterator]()
  }

  async line(): Promise<string | undefined> {
    const next = await this.#lines.next()
    if (next.done) return undefined
    const isFirst = !this.#hasBegun
    this.#hasBegun = true
    // Some editors put a byte order mark before a text.
    return isFirst ? next.value.replace(/^\uFEFF/, '') : next.value
  }

  async answer(): Promise<string | undefined> {
    return await this.line()
  }
}
