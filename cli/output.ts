// Where results go: texts for people or JSON for scripts, on stdout. It knows nothing of what is printed.
import { styleText } from 'node:util'
import { isTerminal, printOut } from './print.ts'
import { tame } from './render/tame.ts'

/** The styles that may be asked for. */
export type Style = Parameters<typeof styleText>[0]

export class Output {
  /** Whether results and errors are JSON. */
  readonly json: boolean
  #isTerminal: boolean | undefined

  constructor({ json }: { json: boolean }) {
    this.json = json
  }

  /** Whether a person looks at stdout. */
  get isTerminal(): boolean {
    this.#isTerminal ??= isTerminal()
    return this.#isTerminal
  }

  /** Prints a result: `value` as one line of JSON, or what `text` makes of it for people. */
  answer(value: unknown, text: () => string): void {
    this.write(this.json ? JSON.stringify(value) : tame(text()))
  }

  /** Prints lines on stdout. False where the reader lags behind and `drain` is worth waiting for. */
  write(text: string): boolean {
    return text === '' || printOut(`${text}\n`)
  }

  /** Styles a text for stdout, where that is a terminal and NO_COLOR is not set. */
  paint(style: Style, text: string): string {
    // styleText() would find out by itself, with a millisecond's worth of loading for each of two streams.
    if (!this.isTerminal && process.env.FORCE_COLOR === undefined) return text
    return styleText(style, text, { stream: process.stdout })
  }
}
