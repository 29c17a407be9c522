// The talk between a command and its client, through the host that has begun the command: a new host does not know that client.
import type { Talk as PublicTalk } from '../protocol/author.ts'
import type { Channel } from '../protocol/channel/channel.ts'
import { usualWindow } from '../protocol/channel/window.ts'
import { P8aError } from '../protocol/errors.ts'
import type { CommandSays } from '../protocol/link.ts'
import { said } from './shown.ts'

/** The longest text that is sent at once. A longer one is sent in pieces, each when there is room. */
const maxPieceCharacters = 64 * 1024

export class Talk implements PublicTalk {
  /** Resolves when everything was sent, or never will be. */
  sent: Promise<unknown> = Promise.resolve()
  #channel: Channel

  /** @param channel leads to the host that has begun the command: texts go there, and lines come from there */
  constructor(channel: Channel) {
    channel.begin()
    channel.accept(usualWindow)
    this.#channel = channel
  }

  readonly send = (text: string): Promise<void> => {
    const sent = this.#sendPieces(said(text))
    this.sent = quiet(sent)
    return sent
  }

  readonly recv = (question = ''): Promise<string> => quiet(this.#ask(said(question)))

  /** One after the other, so that texts stay in order, whether the command waits for them or not. */
  async #sendPieces(text: string): Promise<void> {
    await Promise.all(piecesOf(text).map(piece => this.#say({ send: piece })))
  }

  async #ask(question: string): Promise<string> {
    // Taken at once, so that questions get their lines in the order in which they were asked.
    const line = quiet(this.#channel.take())
    await this.#say({ recv: question })
    const { value, done } = await line
    // Of several questions that are open, the channel tells one alone why it has ended.
    if (done && this.#channel.leaving.isAborted) throw this.#channel.leaving.reason
    if (done) throw new P8aError('aborted', 'The client of the command has no more lines')
    return String(value)
  }

  async #say(says: CommandSays): Promise<void> {
    await this.#channel.send(says)
  }
}

/** Does what a command says on `channel`, until it is over. @returns what it answers. @throws {P8aError} what it throws */
export async function followCommand(channel: Channel, { send, recv }: PublicTalk): Promise<unknown> {
  for (;;) {
    const { value, done } = await channel.take()
    if (done) return value
    const says = value as CommandSays
    if ('send' in says) await send(says.send)
    else {
      // The command may send meanwhile.
      Promise.resolve(recv(says.recv)).then(
        line => channel.send(String(line)).catch(() => {}),
        () => channel.end(),
      )
    }
  }
}

/** A pod that does not await its `send` must not die because a client went away. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + maxPieceCharacters, text.length)
    // A surrogate pair is not cut in two.
    if (to < text.length && /[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to--
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}
