// Two runs that have met: one dials the door of the other, over a socket, without a host and without processes.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type net from 'node:net'
import type { CalleeOptions } from '../../../protocol/author.ts'
import type { Event } from '../../../shim/calls/admitted.ts'
import type { Call } from '../../../shim/calls/call.ts'
import { makeCallee } from '../../../shim/calls/callee.ts'
import type { Calling } from '../../../shim/calls/context.ts'
import { Dialled, type Dialling } from '../../../shim/calls/dialled.ts'
import { Door } from '../../../shim/calls/door.ts'
import { Patience } from '../../../shim/calls/patience.ts'
import { scratch } from '../../scratch.ts'

/** Where Node tells of each connection that a server takes. */
const newSocket = 'net.server.socket'

export type Exports = Record<string, (this: Calling, ...args: never[]) => unknown>

export class Met implements Disposable {
  readonly events: Event[] = []
  readonly dropped: unknown[] = []
  /** How it was called, and what, in order. */
  readonly callings: Calling[] = []
  readonly called: string[] = []
  /** Connections that have ended. */
  readonly gone: Dialled[] = []
  readonly door: Door
  readonly socket: string
  #at = scratch()
  #sockets = new Set<net.Socket>()
  #grants = 0

  /** As the link of a run keeps its process. */
  #link = setInterval(() => {}, 60_000)
  #onSocket = (told: unknown) => void this.#sockets.add((told as { socket: net.Socket }).socket)

  constructor(exports: Exports = {}) {
    subscribe(newSocket, this.#onSocket)
    this.socket = this.#at.path('calls/web.1')
    this.door = new Door(
      {
        invoke: (fn, args, calling) => {
          this.callings.push(calling)
          this.called.push(fn)
          return exports[fn]?.apply(calling, args as never[])
        },
        onEvent: event => void this.events.push(event),
        onDropped: (...dropped) => void this.dropped.push(dropped),
      },
      { timeoutMs: 10_000 },
    )
  }

  /** @returns a grant for the door */
  async admit(): Promise<string> {
    const grant = `grant ${++this.#grants}`
    await this.door.admit({ grant, caller: 'asker.1', socket: this.socket })
    return grant
  }

  /** @param how more about how it is dialled */
  async dial(grant?: string, how: Pick<Dialling, 'onLeft'> = {}): Promise<Dialled> {
    const dialling = { run: 'web.1', socket: this.socket, grant: grant ?? (await this.admit()), tellsBegun: true }
    return new Dialled({ ...dialling, ...how }, gone => void this.gone.push(gone))
  }

  /** All connections end, whatever is under way. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  [Symbol.dispose](): void {
    unsubscribe(newSocket, this.#onSocket)
    clearInterval(this.#link)
    this.hangUp()
    this.#at[Symbol.dispose]()
  }
}

/** The callee whose calls go there. Each has a time of its own, whose timer ends with it. */
export function calleeOn(to: { send(call: Call): void }, options: CalleeOptions = {}) {
  const starter = { patience: new Patience(1), start: (_name: string, call: Call) => to.send(call) }
  return makeCallee('web', { timeout: '10s', ...options }, starter)
}
