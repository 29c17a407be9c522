// A person whose terminal is elsewhere: lines come and go as they are, with a prompt before them, but without editing.
import { createInterface, type Interface } from 'node:readline'
import { openStdout, printOut } from '../say/print.ts'
import type { Input } from './input.ts'

export class Plain implements Input {
  readonly echoes = true
  /** Aborted when the person has left. */
  readonly left = new AbortController()
  /** Nothing interrupts here. It only tells whether a command runs. */
  onInterrupt: (() => void) | undefined
  #readline: Interface
  #lines: AsyncIterator<string>
  prompt = ''
  #isAtPrompt = false

  constructor() {
    openStdout()
    this.#readline = createInterface({ input: process.stdin, terminal: false })
    this.#lines = this.#readline[Symbol.asyncIterator]()
    this.#readline.on('close', () => this.left.abort())
  }

  async line(): Promise<string | undefined> {
    return await this.answer(this.prompt)
  }

  async answer(question: string): Promise<string | undefined> {
    printOut(question)
    this.#isAtPrompt = true
    const next = await this.#lines.next()
    this.#isAtPrompt = false
    return next.done ? undefined : next.value
  }

  /** Prints something while the prompt is shown, and prints the prompt again after it. */
  async aside(work: () => Promise<void>): Promise<void> {
    if (this.#isAtPrompt) printOut('\n')
    await work()
    if (this.#isAtPrompt) printOut(this.prompt)
  }

  close(): void {
    this.#readline.close()
    process.stdin.destroy()
  }
}
