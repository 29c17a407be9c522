// A person at a terminal: a prompt with history and completion. Lines that are typed while a command runs wait for it.
import { createInterface, type Interface } from 'node:readline/promises'
import { openStdout, printOut } from '../say/print.ts'
import { keepLine, maxHistoryLines, readHistory } from './history.ts'
import type { Input } from './input.ts'

type Completer = (line: string) => Promise<[string[], string]>

export class Terminal implements Input {
  readonly echoes = true
  /** Aborted when the person has left: Ctrl-D, or Ctrl-C twice. */
  readonly left = new AbortController()
  /** Called by Ctrl-C while a command runs. */
  onInterrupt: (() => void) | undefined
  #readline: Interface
  prompt = ''
  #waiting: ((line: string | undefined) => void) | undefined
  #typedAhead: string[] = []
  /** The history before a question was asked: answers do not belong into it. */
  #historyBefore: string[] | undefined
  #mayLeave = false

  constructor(completer: Completer) {
    this.#readline = createInterface({
      input: process.stdin,
      output: openStdout(),
      terminal: true,
      completer,
      history: readHistory(),
      historySize: maxHistoryLines,
      prompt: '',
    })
    this.#readline.on('line', line => this.#onLine(line))
    this.#readline.on('SIGINT', () => this.#onInterrupt())
    this.#readline.on('history', history => {
      if (this.#historyBefore) history.splice(0, history.length, ...this.#historyBefore)
    })
    this.#readline.on('close', () => {
      this.left.abort()
      this.#settle(undefined)
    })
  }

  async line(): Promise<string | undefined> {
    const line = await this.#read(this.prompt)
    if (line !== undefined) keepLine(line)
    return line
  }

  async answer(question: string, signal: AbortSignal): Promise<string | undefined> {
    this.#historyBefore = [...historyOf(this.#readline)]
    const giveUp = () => {
      if (!this.#waiting) return
      this.#clearLine()
      if (question !== '') printOut('\n')
      this.#settle(undefined)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      return await this.#read(question)
    } finally {
      signal.removeEventListener('abort', giveUp)
      this.#historyBefore = undefined
    }
  }

  /** Prints something while the prompt is shown, and shows the prompt again once `work` is done. */
  async aside(work: () => Promise<void>): Promise<void> {
    const isAtPrompt = this.#waiting !== undefined
    if (isAtPrompt) printOut('\r\u001b[K')
    await work()
    if (isAtPrompt && this.#waiting && !this.left.signal.aborted) this.#readline.prompt(true)
  }

  close(): void {
    this.#readline.close()
  }

  async #read(prompt: string): Promise<string | undefined> {
    const typed = this.#typedAhead.shift()
    if (typed !== undefined) {
      printOut(`${prompt}${typed}\n`)
      return typed
    }
    if (this.left.signal.aborted) return undefined
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    this.#waiting = resolve
    this.#readline.setPrompt(prompt)
    this.#readline.prompt()
    const line = await promise
    // From here on, typed text is shown without a prompt before it.
    this.#readline.setPrompt('')
    return line
  }

  #onLine(line: string): void {
    this.#mayLeave = false
    if (this.#waiting) this.#settle(line)
    else this.#typedAhead.push(line)
  }

  #settle(line: string | undefined): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(line)
  }

  /** Removes the unfinished line. */
  #clearLine(): void {
    if (this.#readline.line === '') return
    this.#readline.write(null, { ctrl: true, name: 'e' })
    this.#readline.write(null, { ctrl: true, name: 'u' })
  }

  #onInterrupt(): void {
    this.#typedAhead = []
    const hadText = this.#readline.line !== ''
    this.#clearLine()
    printOut('^C\n')
    if (this.onInterrupt) {
      // The command hears of the interruption before its question, if it has asked one, is answered with nothing.
      const asker = this.#waiting
      this.#waiting = undefined
      this.onInterrupt()
      asker?.(undefined)
    } else if (!this.#waiting || (this.#mayLeave && !hadText)) this.close()
    else {
      this.#mayLeave = !hadText
      if (this.#mayLeave) printOut('Ctrl-C again, Ctrl-D or .exit leaves\n')
      this.#readline.prompt()
    }
  }
}

/** Node's types do not have it. */
function historyOf(readline: Interface): string[] {
  return (readline as unknown as { history: string[] }).history
}
