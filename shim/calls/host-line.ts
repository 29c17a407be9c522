// Asks the host, whether there is one now or not: it waits for the next host, however long that takes.
import type { Answer, RequestOptions } from '../../protocol/channel/request.ts'
import type { Window } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { ToHost } from '../../protocol/link.ts'
import type { Link } from '../link/link.ts'

type Opening = RequestOptions & { takes?: Window | undefined }

export type AskHost = {
  /** Whether there is no host now. */
  readonly isGone: boolean
  /** Whether the run was asked to end: what it begins now is a part of its end. */
  readonly isLeaving: boolean
  /** Asks again if the host goes away. @throws {P8aError} what the host answered */
  ask<M extends keyof ToHost & string>(method: M, params: ToHost[M]['params']): Promise<ToHost[M]['result']>
  /**
   * For requests that must not be made twice: asks once, for a value or a stream.
   * @throws {P8aError} what the host answered; `host_gone` if it went away; `aborted` by the signal
   */
  openOnce<M extends keyof ToHost & string>(
    method: M,
    params: ToHost[M]['params'],
    options: Opening,
  ): Promise<Answer<ToHost[M]['result']>>
  /** Resolves when there is one. */
  present(): Promise<unknown>
}

export function hostLine(link: Link): AskHost {
  return {
    get isGone() {
      return link.peer === undefined
    },
    get isLeaving() {
      return !link.isHeld
    },
    ask: async (method, params) => {
      for (;;) {
        const peer = await link.connected()
        try {
          return await peer.request(method, params)
        } catch (error) {
          const isOurs = error instanceof P8aError && error.code === 'host_gone' && link.peer !== peer
          if (!isOurs) throw error
        }
      }
    },
    openOnce: async (method, params, options) =>
      await (await link.connected()).open(method, params, { takes: undefined, ...options }),
    present: () => link.connected(),
  }
}
