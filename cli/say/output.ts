// Where results go: texts for people or JSON for scripts, on stdout. It knows nothing of what is printed.
import { styleText } from 'node:util'
import { type Command, commandText, hintText, type Step } from '../../protocol/hint.ts'
import { environment } from '../environment.ts'
import { isTerminal, printOut } from './print.ts'
import { tame } from './tame.ts'

/** The styles that may be asked for. */
export type Style = Parameters<typeof styleText>[0]

export class Output {
  /** Whether results and errors are JSON. */
  readonly json: boolean
  /** The data directory, if this command line names it: then commands that are shown to the user name it too. */
  dataDir: string | undefined
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

  /** A command as this reader types it: with `--data` if this command line has it. */
  command(command: Command): string {
    return commandText(command, { dataDir: this.dataDir })
  }

  /** What to do about an error, in this reader's words; undefined if there is nothing to do. */
  hint(steps: readonly Step[]): string | undefined {
    return hintText(steps, command => this.command(command))
  }

  /** Prints lines on stdout. False if the reader is slow and the caller should wait for `drain`. */
  write(text: string): boolean {
    return text === '' || printOut(`${text}\n`)
  }

  /** Styles a text for stdout, if that is a terminal and NO_COLOR is not set. */
  paint(style: Style, text: string): string {
    // styleText() would find out by itself, but loads two streams for it, a millisecond each.
    if (!this.isTerminal && !environment.decidesColor) return text
    return styleText(style, text, { stream: process.stdout })
  }
}
