// A script on stdin: its lines are run one by one, and commands that ask are given the lines behind them.
import { createInterface } from 'node:readline'
import type { Input } from './input.ts'

export class Script implements Input {
  readonly echoes = false
  #lines: AsyncIterator<string>

  constructor(stdin: NodeJS.ReadableStream) {
    this.#lines = createInterface({ input: stdin, terminal: false })[Symbol.asyncIterator]()
  }

  async line(): Promise<string | undefined> {
    const next = await this.#lines.next()
    return next.done ? undefined : next.value
  }

  async answer(): Promise<string | undefined> {
    return await this.line()
  }
}
