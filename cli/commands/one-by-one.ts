// What a command does with each of several names. A name may be that of a pod or the id of a run; the host alone says what
// is there, and what may be done with it, so that a name means the same beside others as it does alone.
import { errorTable, P8aError } from '../../protocol/errors.ts'
import { namingRemote } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { exitCodeOf, report } from '../say/report.ts'

/** Codes of what is refused for one name; any other error is no different for the next name. */
const ofOneName = 1

export class OneByOne {
  /** The exit code of the command. */
  code = 0
  #remote: string
  #output: Output

  constructor(remote: string, output: Output) {
    this.#remote = remote
    this.#output = output
  }

  /**
   * Does `work` of one name, and reports what the host refuses: it stops no other name.
   * @returns undefined if it was refused
   * @throws {P8aError} what is no matter of one name, such as `host_unreachable`
   */
  async one<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work()
    } catch (error) {
      await this.#refused(error)
      return undefined
    }
  }

  /** The same for what comes in pieces: if it is refused, it ends. */
  async *each<Piece>(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    try {
      yield* pieces
    } catch (error) {
      await this.#refused(error)
    }
  }

  async #refused(error: unknown): Promise<void> {
    if (!(error instanceof P8aError) || errorTable[error.code].exit !== ofOneName) throw error
    this.code = Math.max(this.code, exitCodeOf(error))
    await report(namingRemote(error, this.#remote), this.#output)
  }
}
