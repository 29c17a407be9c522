// The commands that a pod adds to its shell: runs them, and carries what they say to the host and back.

import type { Command, Primary } from '../protocol/author.ts'
import { P8aError } from '../protocol/errors.ts'
import type { Assignment, ToHost, ToShim } from '../protocol/link.ts'
import type { Peer } from '../protocol/peer.ts'
import { toCallError } from './call-error.ts'

type HostPeer = Peer<ToHost, ToShim>

/** The longest text that is sent at once: a longer one is sent in pieces, each when there is room for it. */
const maxPieceCharacters = 64 * 1024

export class Commands {
  #assignment: Assignment
  #functions: () => ReadonlyMap<string, Command> | undefined
  #talks = new Map<string, Talk>()

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
   * @param link the host's end of the link, whichever host that is by then
   * @throws {P8aError} `function_not_found`; `call_failed` with what the command threw
   */
  async run({ id, argv }: { id: string; argv: string[] }, link: () => HostPeer | undefined): Promise<unknown> {
    const found = this.#functions()?.get(argv[0] ?? '')
    if (!found) throw this.#notFound(argv[0] ?? '')
    const talk = new Talk(id, link())
    this.#talks.set(id, talk)
    try {
      return await found(argv, talk.send, talk.recv, makePrimary(link))
    } catch (error) {
      throw toCallError(error)
    } finally {
      this.#talks.delete(id)
    }
  }

  /** Nobody waits for that command any more. */
  end(id: string, message: string): void {
    this.#talks.get(id)?.end(new P8aError('aborted', message))
  }

  #notFound(name: string): P8aError {
    const { names } = this
    return new P8aError('function_not_found', `Pod "${this.#assignment.name}" has no command "${name}"`, {
      hint: names.length > 0 ? `It has: ${names.join(', ')}` : 'It exports no commands',
      facts: { pod: this.#assignment.name, command: name },
    })
  }
}

/** What a command says to its client, by the host that it was started from: a new host knows nothing of that client. */
class Talk {
  #id: string
  #peer: HostPeer | undefined
  #over: P8aError | undefined
  #sent: Promise<void> = Promise.resolve()
  /** Whoever waits for an answer of the host's. */
  #askers = new Set<(error: P8aError) => void>()

  constructor(id: string, peer: HostPeer | undefined) {
    this.#id = id
    this.#peer = peer
    if (!peer) this.#over = new P8aError('host_gone', 'The host went away')
  }

  readonly send = (text: string): Promise<void> => {
    // One after the other, so that texts stay in order whoever waits for them.
    this.#sent = quiet(this.#sent.catch(() => {}).then(() => this.#sendPieces(String(text))))
    return this.#sent
  }

  readonly recv = (question = ''): Promise<string> =>
    quiet(this.#ask('commandRecv', { id: this.#id, question: String(question) }))

  end(error: P8aError): void {
    this.#over ??= error
    for (const reject of this.#askers) reject(this.#over)
  }

  async #sendPieces(text: string): Promise<void> {
    for (const piece of piecesOf(text)) await this.#ask('commandSend', { id: this.#id, text: piece })
  }

  // No Promise.race() with the end of it all: that would hold something for all that was ever said.
  async #ask<M extends 'commandSend' | 'commandRecv'>(
    method: M,
    params: ToHost[M]['params'],
  ): Promise<ToHost[M]['result']> {
    if (this.#over || !this.#peer) throw this.#over
    const { promise, resolve, reject } = Promise.withResolvers<ToHost[M]['result']>()
    this.#askers.add(reject)
    this.#peer.request(method, params).then(resolve, reject)
    return await promise.finally(() => this.#askers.delete(reject))
  }
}

/** A pod that does not wait for what it sends must not die of a client that went away. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + maxPieceCharacters, text.length)
    // A character of two halves is not cut between them.
    if (to < text.length && /[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to--
    yield text.slice(from, to)
    from = to
  }
}

/** The host's verbs as functions; the host itself knows at which path this run is. */
function makePrimary(link: () => HostPeer | undefined): Primary {
  return new Proxy({} as Primary, {
    get: (_, verb) => {
      // A promise asks everything for `then`: these must not look like one.
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
