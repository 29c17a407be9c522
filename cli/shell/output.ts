// The shell's output: commands are named as they are typed at its prompt, where `start web` is `pod start local web`.
import { type Command, restOf, takesRemote } from '../../protocol/hint.ts'
import { Output } from '../say/output.ts'

export class ShellOutput extends Output {
  readonly #within: string

  /** @param options.within the remote that the shell is at */
  constructor({ json, within, dataDir }: { json: boolean; within: string; dataDir: string | undefined }) {
    super({ json })
    this.#within = within
    this.dataDir = dataDir
  }

  override command(command: Command): string {
    const { verb, remote } = command
    const isHere = remote === undefined || remote === '<remote>' || remote === this.#within
    if (verb === 'help' || (takesRemote(command) && isHere && verb !== 'remote pin'))
      return [verb, ...restOf(command)].join(' ')
    return super.command(takesRemote(command) ? { remote: this.#within, ...command } : command)
  }
}
