// Two runs that have met: one dials the door of the other, over a socket, without a host and without processes.

import type { Event } from '../../../shim/calls/admitted.ts'
import type { Call } from '../../../shim/calls/call.ts'
import { makeCallee } from '../../../shim/calls/callee.ts'
import type { Calling } from '../../../shim/calls/context.ts'
import { Dialled } from '../../../shim/calls/dialled.ts'
import { Door } from '../../../shim/calls/door.ts'
import { Patience } from '../../../shim/calls/patience.ts'
import { scratch } from '../../scratch.ts'

export type Exports = Record<string, (this: Calling, ...args: never[]) => unknown>

export class Met implements AsyncDisposable {
  readonly events: Event[] = []
  readonly dropped: unknown[] = []
  /** Of the callee: for what it was called, in order. */
  readonly callings: Calling[] = []
  readonly door: Door
  readonly socket: string
  #at = scratch()
  #dialled = new Set<Dialled>()
  #grants = 0

  constructor(exports: Exports = {}) {
    this.socket = this.#at.path('calls/web.1')
    this.door = new Door(
      {
        invoke: (fn, args, calling) => {
          this.callings.push(calling)
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

  async dial(grant?: string): Promise<Dialled> {
    const dialling = { run: 'web.1', socket: this.socket, grant: grant ?? (await this.admit()) }
    const dialled = new Dialled(dialling, gone => void this.#dialled.delete(gone))
    this.#dialled.add(dialled)
    return dialled
  }

  /** The connection ends in the middle: the callee closes it on what is no message. */
  hangUp(dialled: Dialled): void {
    dialled.publish('null\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const dialled of this.#dialled) dialled.retire()
    this.#at[Symbol.dispose]()
  }
}

/** The callee whose calls go there. */
export function calleeOn(to: { send(call: Call): void }, options = {}) {
  return makeCallee('web', options, { patience: new Patience(10_000), start: (_name, call) => to.send(call) })
}
