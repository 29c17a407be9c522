// Serves what a pod exports as `fetch` and `upgrade` at its port. The server is loaded from a file of its own, since few pods need it
// and it brings a package along.
import { once } from 'node:events'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import type { FetchContext } from '../protocol/author.ts'
import { addressText, type Port } from '../protocol/listen.ts'
import { describeThrown } from '../protocol/thrown.ts'
import type { HttpHandlers } from './load.ts'

type Around = Omit<FetchContext, 'remoteAddress'>
type Loaded = {
  serverOf: (served: HttpHandlers & { around: Around }) => Server
  requestId: () => string | undefined
}

export class Serving {
  /** What the handlers of the pod have asked to be waited for. */
  #awaited = new Set<PromiseLike<unknown>>()
  #requestId: (() => string | undefined) | undefined
  readonly port: Port

  /** @param port where it serves; a socket of the pod's */
  constructor(port: Port) {
    this.port = port
  }

  /** How much of what is to be waited for is under way. */
  get busy(): number {
    return this.#awaited.size
  }

  get address(): string {
    return addressText(this.port)
  }

  /** The id of the request that is answered by what runs now, if it came with one. */
  get requestId(): string | undefined {
    return this.#requestId?.()
  }

  /**
   * Listens.
   * @param mayListen asked just before that: the pod may have a server of its own by then
   * @returns whether it has listened; its server may be closed by then
   * @throws what Node says if it cannot
   */
  async begin(
    handlers: HttpHandlers,
    around: Omit<Around, 'waitUntil'>,
    { mayListen, load = loadServer }: { mayListen: (server: Server) => boolean; load?: () => Promise<Loaded> },
  ): Promise<boolean> {
    const { serverOf, requestId } = await load()
    const server = serverOf({ ...handlers, around: { ...around, waitUntil: promise => this.#waitFor(promise) } })
    if (!mayListen(server)) return false
    this.#requestId = requestId
    const { port } = this
    if ('path' in port) server.listen(port.path)
    else server.listen(port.port)
    await Promise.race([once(server, 'listening'), once(server, 'close')])
    return true
  }

  /** Resolves once nothing of it is under way. */
  async settled(): Promise<void> {
    while (this.#awaited.size > 0) await Promise.allSettled(this.#awaited)
  }

  #waitFor(promise: PromiseLike<unknown>): void {
    this.#awaited.add(promise)
    const over = () => this.#awaited.delete(promise)
    Promise.resolve(promise).then(over, error => {
      over()
      process.stderr.write(`p8a: what waitUntil was given failed: ${describeThrown(error, inspect)}\n`)
    })
  }
}

async function loadServer(): Promise<Loaded> {
  const file = pathToFileURL(join(import.meta.dirname, 'fetch.cjs')).href
  return (await import(file)) as Loaded
}
