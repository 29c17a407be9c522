// What a run asks its host, whether there is one now or not: it waits for the next one, however long that takes.
import { P8aError } from '../../protocol/errors.ts'
import type { ToHost } from '../../protocol/link.ts'
import type { Link } from '../link/link.ts'

export type AskHost = {
  /** Whether there is no host now. */
  readonly isGone: boolean
  /** Asks again where the host goes away. @throws {P8aError} what the host answered */
  ask<M extends keyof ToHost & string>(method: M, params: ToHost[M]['params']): Promise<ToHost[M]['result']>
  /** What must not be done twice: asks once. @throws {P8aError} what the host answered; `host_gone` where it went away */
  askOnce<M extends keyof ToHost & string>(method: M, params: ToHost[M]['params']): Promise<ToHost[M]['result']>
  /** Resolves when there is one. */
  present(): Promise<unknown>
  /** Where there is none it need not know. */
  tell<M extends keyof ToHost & string>(method: M, params: ToHost[M]['params']): void
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
    askOnce: async (method, params) => await (await link.connected()).request(method, params),
    present: () => link.connected(),
    tell: (method, params) => link.peer?.notify(method, params),
  }
}
