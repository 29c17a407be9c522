// What `fetch` is given beside the request. One is made for each request, so most of it is shared.
import type { IncomingMessage } from 'node:http'
import type { FetchContext } from '../protocol/author.ts'

type Shared = Omit<FetchContext, 'remoteAddress'>

/** A class whose instances are contexts. */
export function contextOf(shared: Shared): new (incoming: IncomingMessage) => FetchContext {
  class Context implements Pick<FetchContext, 'remoteAddress'> {
    #incoming: IncomingMessage

    constructor(incoming: IncomingMessage) {
      this.#incoming = incoming
    }

    get remoteAddress(): string | undefined {
      return this.#incoming.socket.remoteAddress
    }
  }
  Object.assign(Context.prototype, shared)
  return Context as unknown as new (
    incoming: IncomingMessage,
  ) => FetchContext
}
