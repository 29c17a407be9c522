// The commands that a pod adds to its shell: runs them, and carries their texts and questions to the host, and its
// lines back.

import type { Command, Primary } from '../protocol/author.ts'
import type { Channel } from '../protocol/channel/channel.ts'
import { usualWindow } from '../protocol/channel/window.ts'
import { P8aError } from '../protocol/errors.ts'
import type { Assignment, CommandSays, ToHost, ToShim } from '../protocol/link.ts'
import type { Peer } from '../protocol/peer.ts'
import { toCallError } from './call-error.ts'

type HostPeer = Peer<ToHost, ToShim>

/** The longest text that is sent at once. A longer one is sent in pieces, each when there is room. */
const maxPieceCharacters = 64 * 1024

export class Commands {
  #assignment: Assignment
  #functions: () => ReadonlyMap<string, Command> | undefined

  /** @param functions what the pod exports as `commands`, once it is loaded */
  constructor(assignment: Assignment, functions: () => ReadonlyMap<string, Command> | undefined) {
    this.#assignment = assignment
    this.#functions = functions
  }

  get names(): string[] {
    return [...(this.#functions()?.keys() ?? [])]
  }

  /**
   * Runs a command.
   * @param options.channel leads to the host that has begun the command: texts go there, and lines come from there
   * @param options.link the host's end of the link, whichever host that is by then
   * @throws {P8aError} `function_not_found`; `call_failed` with what the command threw
   */
  async run(
    argv: string[],
    { channel, link }: { channel: Channel; link: () => HostPeer | undefined },
  ): Promise<unknown> {
    const found = this.#functions()?.get(argv[0] ?? '')
    if (!found) throw this.#notFound(argv[0] ?? '')
    channel.begin()
    channel.accept(usualWindow)
    const talk = new Talk(channel)
    try {
      const result = await found(argv, talk.send, talk.recv, makePrimary(link))
      await talk.sent
      return result
    } catch (error) {
      throw toCallError(error)
    }
  }

  #notFound(name: string): P8aError {
    const { names } = this
    return new P8aError('function_not_found', `Pod "${this.#assignment.name}" has no command "${name}"`, {
      hint: names.length > 0 ? `It has: ${names.join(', ')}` : 'It exports no commands',
      facts: { pod: this.#assignment.name, command: name },
    })
  }
}

/**
 * The talk between a command and its client, through the host that started it: a new host does not know that client.
 */
class Talk {
  /** Resolves when everything was sent, or never will be. */
  sent: Promise<unknown> = Promise.resolve()
  #channel: Channel

  constructor(channel: Channel) {
    this.#channel = channel
  }

  readonly send = (text: string): Promise<void> => {
    const sent = this.#sendPieces(String(text))
    this.sent = quiet(sent)
    return sent
  }

  readonly recv = (question = ''): Promise<string> => quiet(this.#ask(String(question)))

  /** One after the other, so that texts stay in order, whether the command waits for them or not. */
  async #sendPieces(text: string): Promise<void> {
    await Promise.all(piecesOf(text).map(piece => this.#say({ send: piece })))
  }

  async #ask(question: string): Promise<string> {
    // Taken at once, so that questions get their lines in the order in which they were asked.
    const line = quiet(this.#channel.take())
    await this.#say({ recv: question })
    const { value, done } = await line
    if (done) throw new P8aError('aborted', 'The client of the command has no more lines')
    return String(value)
  }

  async #say(said: CommandSays): Promise<void> {
    await this.#channel.send(said)
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

/** The host's verbs as functions; the host itself knows the path of this run. */
function makePrimary(link: () => HostPeer | undefined): Primary {
  return new Proxy({} as Primary, {
    get: (_, verb) => {
      // `await` asks everything for `then`: these must not look like a promise.
      if (typeof verb !== 'string' || verb === 'then') return undefined
      const method = verb.includes('.') && !verb.startsWith('command.') ? verb : `pod.${verb}`
      return async (params: object = {}) => {
        const peer = link()
        if (!peer) throw new P8aError('host_gone', `Cannot ask the host for "${method}": it is gone`)
        return await peer.request('primary', { method, params })
      }
    },
  })
}
