// Where the lines of a shell come from: a person at a terminal, or a script.

export interface Input {
  /** Whether a person sees their answers, each on a line of its own. */
  readonly echoes: boolean
  /** The next line to run, or undefined at the end. */
  line(): Promise<string | undefined>
  /** A line for a command that asks, or undefined if there is none; `signal` gives the question up. */
  answer(question: string, signal: AbortSignal): Promise<string | undefined>
}
