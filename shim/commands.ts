// The commands that a pod adds to its shell: runs them, each with a talk to its client and with the verbs of the host.
import type { Command, Primary } from '../protocol/author.ts'
import type { Channel } from '../protocol/channel/channel.ts'
import { P8aError } from '../protocol/errors.ts'
import type { Assignment, ToHost, ToShim } from '../protocol/link.ts'
import type { Peer } from '../protocol/peer.ts'
import { toCallError } from './call-error.ts'
import { Talk } from './talk.ts'

type HostPeer = Peer<ToHost, ToShim>

export class Commands {
  #assignment: Assignment
  #functions: () => ReadonlyMap<string, Command> | undefined
  /** How many are under way, and how many there have been. */
  busy = 0
  begun = 0

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
    const talk = new Talk(channel)
    this.begun++
    this.busy++
    try {
      return await found(argv, talk.send, talk.recv, makePrimary(link, this.#assignment.name))
    } catch (error) {
      throw toCallError(error)
    } finally {
      this.busy--
      // Also what it did not await.
      await talk.sent.catch(() => {})
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

/** The host's verbs as functions; the host itself knows the path of this run. */
function makePrimary(link: () => HostPeer | undefined, pod: string): Primary {
  const ask = async (method: string, params: object) => {
    const peer = link()
    if (!peer) throw new P8aError('host_gone', `Cannot ask the host for "${method}": it is gone`)
    return await peer.request('primary', { method, params })
  }
  return new Proxy({} as Primary, {
    get: (_, verb) => {
      // `await` asks everything for `then`: these must not look like a promise.
      if (typeof verb !== 'string' || verb === 'then') return undefined
      const method = verb.includes('.') && !verb.startsWith('command.') ? verb : `pod.${verb}`
      if (verb === 'send') return (message: unknown) => sent(ask, message, pod)
      return (params: object = {}) => unawaited(ask(method, params))
    },
  })
}

type Ask = (method: string, params: object) => Promise<unknown>

/** `primary.send({ type: 'restart' })`: a verb as a message, about the pod itself unless it names another. Few await it. */
function sent(ask: Ask, message: unknown, pod: string): Promise<unknown> {
  const { type, ...params } = Object(message) as { type?: unknown }
  const asked =
    typeof type === 'string'
      ? ask(type.includes('.') ? type : `pod.${type}`, { name: pod, ...params })
      : Promise.reject(new P8aError('bad_params', 'Cannot send that to the host: it has no type, such as "restart"'))
  asked.catch(error => process.stderr.write(`p8a: primary.send: ${error.message}\n`))
  return asked
}

/** A pod that does not await a verb must not die since it was refused. */
function unawaited<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
