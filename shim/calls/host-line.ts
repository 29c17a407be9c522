// What a run asks its host, whether there is one now or not: it waits for the next one, however long that takes.
import { P8aError } from '../../protocol/errors.ts'
import type { ToHost } from '../../protocol/link.ts'
import type { Link } from '../link.ts'

export type AskHost = {
  /** Whether there is no host now. */
  readonly isGone: boolean
  /** @throws {P8aError} what the host answered */
  ask<M extends keyof ToHost & string>(method: M, params: ToHost[M]['params']): Promise<ToHost[M]['result']>
}

export function hostLine(link: Link): AskHost {
  return {
    get isGone() {
      return link.peer === undefined
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
  }
}
