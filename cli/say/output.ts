// Where results go: texts for people or JSON for scripts, on stdout. It knows nothing of what is printed.
import { styleText } from 'node:util'
import { isTerminal, printOut } from './print.ts'
import { tame } from './tame.ts'

/** The styles that may be asked for. */
export type Style = Parameters<typeof styleText>[0]

const commandNames =
  /\bpod (host (start|stop|status|password|invite|audit|token( (add|list|remove)\b)?)|push|start|stop|restart|scale|status|logs|call|runs|output|remove|shell)\b(?! --data)/g

export class Output {
  /** Whether results and errors are JSON. */
  readonly json: boolean
  /** The data directory, where this command line says which: commands that are named to the user say it too. */
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

  /** A text for people, with `--data` in each command of `pod` that it names, where this command line has it. */
  named(text: string): string {
    if (this.dataDir === undefined) return text
    const data = /^[\w./:@-]+$/.test(this.dataDir) ? this.dataDir : JSON.stringify(this.dataDir)
    return text.replace(commandNames, `$& --data ${data}`)
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
