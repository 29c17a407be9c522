// The dialog between a command of a pod and the client that runs it: text goes one way, lines go the other. It knows
// nothing of the wire or the link.
import { P8aError } from '../../protocol/errors.ts'

/** The client's side. */
export type DialogClient = {
  /** Shows text; resolves when there is room for more. */
  show: (text: string) => Promise<void>
  /** Asks for a line, which {@link Dialog.input} brings. */
  ask: (question: string) => Promise<void>
  /** Called once the dialog is over. */
  onOver: () => void
}

export class Dialog {
  /** Rejects with `aborted` when it ends before its command is over. */
  readonly ended: Promise<never>
  #rejectEnded: (error: P8aError) => void
  #client: DialogClient
  #maxInputs: number
  #inputs: string[] = []
  #askers: { resolve: (line: string) => void; reject: (error: P8aError) => void }[] = []
  #over: P8aError | undefined
  #hasNoMoreInput = false

  /** @param options.maxInputs how many lines may wait that the command has not asked for yet */
  constructor(client: DialogClient, { maxInputs }: { maxInputs: number }) {
    this.#client = client
    this.#maxInputs = maxInputs
    const { promise, reject } = Promise.withResolvers<never>()
    this.ended = promise
    this.#rejectEnded = reject
    // Usually nobody waits for this.
    promise.catch(() => {})
  }

  /** @throws {P8aError} `aborted` when it is over */
  async send(text: string): Promise<void> {
    if (this.#over) throw this.#over
    await this.#client.show(text)
    if (this.#over) throw this.#over
  }

  /** @throws {P8aError} `aborted` when it is over, or there are no more lines */
  async recv(question: string): Promise<string> {
    if (this.#over) throw this.#over
    // A line that was typed ahead answers the question before it is shown.
    const line = this.#inputs.shift()
    if (line !== undefined) return line
    const asker = Promise.withResolvers<string>()
    if (this.#hasNoMoreInput) asker.reject(noMoreInput())
    else this.#askers.push(asker)
    // A client without more lines still sees the question. The command gets the error.
    asker.promise.catch(() => {})
    await this.#client.ask(question)
    return await asker.promise
  }

  /**
   * A line from the client, or undefined: there are no more.
   * @throws {P8aError} `too_large` if too many wait already
   */
  input(line: string | undefined): void {
    if (line === undefined) this.endInput()
    else if (this.#askers.length > 0) this.#askers.shift()?.resolve(line)
    else if (this.#inputs.length < this.#maxInputs) this.#inputs.push(line)
    else {
      throw new P8aError('too_large', `Cannot take the line: ${this.#maxInputs} wait for the command already`, {
        hint: 'Wait until it asks, or raise maxCommandInputs in host.json',
      })
    }
  }

  /** No line comes any more. */
  endInput(): void {
    this.#hasNoMoreInput = true
    for (const { reject } of this.#askers.splice(0)) reject(noMoreInput())
  }

  /** Ends it: everything that the command sends or asks from now on fails, with `message`. */
  end(message: string): void {
    if (this.#over) return
    this.#over = new P8aError('aborted', message)
    for (const { reject } of this.#askers.splice(0)) reject(this.#over)
    this.#rejectEnded(this.#over)
    this.#client.onOver()
  }
}

function noMoreInput(): P8aError {
  return new P8aError('aborted', 'The client of the command has no more lines')
}
