// The requests of one connection that are channels, each with its id: they may be given up, and some tell something before
// their answer, or talk.
import { Channel } from '../../../protocol/channel/channel.ts'
import { type Carrier, type Id, tell, voiceOn } from '../../../protocol/channel/messages.ts'
import { endlessWindow, usualWindow, type Window } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { LongNumber } from '../../../protocol/long-numbers.ts'
import type { MethodName } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { Settings } from '../../../protocol/settings.ts'
import { plainVoice, tellsPlainly } from './plain-voice.ts'

type Limits = Pick<Settings, 'maxCommands' | 'maxCommandInputs' | 'maxPendingRequests'>

/** Of a request: `window` is what its client takes before it has taken it, where it names one. */
export type Opening = { id: Id; method: MethodName; window: Window | undefined }

type Open = Opening & { channel: Channel }

/** These change nothing that would be left half done; what a push builds is thrown away. Every other method is done to its end. */
const channeled: MethodName[] = [
  'host.watch',
  'events.follow',
  'pod.call',
  'pod.command',
  'pod.logs',
  'pod.output',
  'pod.push',
]

/** Whether a request for a method is a channel: it can be given up, and may carry more than its answer. */
export function isChanneled(method: MethodName): boolean {
  return channeled.includes(method)
}

export class Channels {
  #open = new Map<number | string, Open>()
  #limits: Limits
  #carrier: Carrier
  #withWindow = 0

  constructor(limits: Limits, carrier: Carrier) {
    this.#limits = limits
    this.#carrier = carrier
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size
  }

  /** How many of them their client lets go on as it takes. */
  get withWindow(): number {
    return this.#withWindow
  }

  /**
   * Does what a request asks for. Its channel is open at once, so that what the client says next finds it.
   * @throws {P8aError} `bad_request` where its id is in use; `too_large` where as many as may be are open; what `work` throws
   */
  async during<T>(opening: Opening, work: (channel: Channel | undefined) => Promise<T>): Promise<T> {
    if (!isChanneled(opening.method)) return await work(undefined)
    this.#check(opening)
    const channel = this.#channelOf(opening)
    const open: Open = { ...opening, channel }
    this.#open.set(keyOf(opening.id), open)
    if (opening.window) this.#withWindow++
    channel.whenClosed(() => {
      if (opening.window) this.#withWindow--
      // Another one may have been given the same id meanwhile.
      if (this.#open.get(keyOf(opening.id)) === open) this.#open.delete(keyOf(opening.id))
    })
    try {
      return await work(channel)
    } finally {
      channel.end()
    }
  }

  /** Hands on what the client says of a channel; of one that is over it may say anything. @throws {RangeError} as {@link tell} */
  tell(method: string, params: unknown): void {
    const open = Array.isArray(params) ? this.#open.get(params[0]) : undefined
    if (open) tell(open.channel, method, params as unknown[])
  }

  /** Gives one up. @returns whether it was under way */
  cancel(id: Id, reason: string): boolean {
    const open = this.#open.get(keyOf(id))
    open?.channel.onCancel(reason)
    return open !== undefined
  }

  /**
   * Takes a line for a command, or learns that there are no more.
   * @throws {P8aError} `bad_params` where there is no such command under way; `too_large` where too many lines wait for it
   */
  input(id: Id, line: string | undefined): void {
    const { channel } = this.#command(id)
    const { maxCommandInputs } = this.#limits
    if (line === undefined) channel.onEnd()
    else if (channel.waiting < maxCommandInputs) channel.onValue(line, 0)
    else {
      throw new P8aError('too_large', `Cannot take the line: ${maxCommandInputs} wait for the command already`, {
        hint: 'Wait until it asks, or raise maxCommandInputs in host.json',
      })
    }
  }

  /** @throws {P8aError} `bad_params` where there is no such command under way */
  cancelCommand(id: Id): void {
    this.#command(id).channel.onCancel('The command was canceled')
  }

  /** The client can send nothing more. */
  endInput(): void {
    for (const { channel } of this.#open.values()) channel.onEnd()
  }

  /** The client is gone. */
  lose(): void {
    for (const { channel, method } of [...this.#open.values()]) {
      const who = method === 'pod.command' ? 'The client of the command' : 'The client'
      channel.onLost(new P8aError('aborted', `${who} is gone`))
    }
  }

  #check({ id, method, window }: Opening): void {
    const isCommand = method === 'pod.command'
    if ((isCommand || window) && this.#open.has(keyOf(id))) {
      throw new P8aError('bad_request', `Cannot do ${method}: another request has the id ${id}`, {
        hint: 'Give each request an id of its own',
      })
    }
    const { maxCommands, maxPendingRequests } = this.#limits
    const commands = [...this.#open.values()].filter(open => open.method === 'pod.command').length
    if (isCommand && commands >= maxCommands) throw tooMany(maxCommands, 'commands', 'maxCommands')
    if (window && this.#withWindow >= maxPendingRequests) {
      throw tooMany(maxPendingRequests, 'channels', 'maxPendingRequests')
    }
  }

  #channelOf({ id, method, window }: Opening): Channel {
    // The answer is that of the request, whichever way it came.
    const answered = { end: () => {}, fail: () => {} }
    const channel = window
      ? Channel.acceptor(voiceOn(this.#carrier, id, answered), { granted: window })
      : Channel.acceptor(plainVoice(this.#carrier, { id, method }), {
          granted: tellsPlainly(method) ? endlessWindow : undefined,
        })
    // Twice as many without a window, since more is granted only as lines are taken; how many wait is counted.
    const { maxCommandInputs: values } = this.#limits
    if (method === 'pod.command')
      channel.accept(window ? { ...usualWindow, values } : { ...endlessWindow, values: 2 * values })
    return channel
  }

  #command(id: Id): Open {
    const open = this.#open.get(keyOf(id))
    if (open?.method === 'pod.command') return open
    throw new P8aError('bad_params', `There is no command ${quote(String(id))} under way on this connection`, {
      hint: 'Give the id of the pod.command request; the command may be over already',
    })
  }
}

/** In what is said of a channel later, a long number is a text. */
function keyOf(id: Id): number | string {
  return id instanceof LongNumber ? id.digits : id
}

function tooMany(limit: number, what: string, setting: string): P8aError {
  return new P8aError('too_large', `Cannot begin: this connection has ${limit} ${what} under way`, {
    hint: `Wait for one of them, use another connection, or raise ${setting} in host.json`,
  })
}
