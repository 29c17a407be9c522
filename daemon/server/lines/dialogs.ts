// The commands of pods that one connection has under way, each with the id of its request. Their texts and questions go
// out as notifications.
import { P8aError } from '../../../protocol/errors.ts'
import type { CommandRecvNotification, CommandSendNotification } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { Settings } from '../../../protocol/settings.ts'
import { Dialog } from '../../pod/dialog.ts'

type Id = string | number
type Limits = Pick<Settings, 'maxCommands' | 'maxCommandInputs'>

export class Dialogs {
  #open = new Map<Id, Dialog>()
  #limits: Limits
  #send: (message: unknown) => Promise<void>

  /** @param send resolves when the connection has room for more */
  constructor(limits: Limits, send: (message: unknown) => Promise<void>) {
    this.#limits = limits
    this.#send = send
  }

  /**
   * Opens the dialog of a request.
   * @throws {P8aError} `too_large` if too many are open; `bad_request` if its id is in use
   */
  open(request: Id): Dialog {
    const { maxCommands, maxCommandInputs } = this.#limits
    if (this.#open.has(request)) {
      throw new P8aError('bad_request', `Cannot run the command: another one has the id ${request}`, {
        hint: 'Give each request an id of its own',
      })
    }
    if (this.#open.size >= maxCommands) {
      throw new P8aError('too_large', `Cannot run the command: this connection has ${maxCommands} under way`, {
        hint: 'Wait for one of them, use another connection, or raise maxCommands in host.json',
      })
    }
    const tell = (method: string, params: CommandSendNotification | CommandRecvNotification) =>
      this.#send({ jsonrpc: '2.0', method, params })
    const dialog = new Dialog(
      {
        show: text => tell('pod.command.send', { request, text }),
        ask: question => tell('pod.command.recv', { request, question }),
        onOver: () => this.#open.delete(request),
      },
      { maxInputs: maxCommandInputs },
    )
    this.#open.set(request, dialog)
    return dialog
  }

  /** How many are under way. */
  get size(): number {
    return this.#open.size
  }

  get(request: Id): Dialog | undefined {
    return this.#open.get(request)
  }

  /** The client can send nothing more. */
  endInput(): void {
    for (const dialog of this.#open.values()) dialog.endInput()
  }

  /** Ends them all. */
  end(message: string): void {
    for (const dialog of [...this.#open.values()]) dialog.end(message)
  }
}

/** @throws {P8aError} `bad_params` if the connection has no such command under way */
export function findDialog(dialogs: Dialogs | undefined, request: Id): Dialog {
  const dialog = dialogs?.get(request)
  if (dialog) return dialog
  throw new P8aError('bad_params', `There is no command ${quote(String(request))} under way on this connection`, {
    hint: 'Give the id of the pod.command request; the command may have ended already',
  })
}
