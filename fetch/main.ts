// Serves a pod that exports `fetch`, in its own process: it is loaded there, and only there, since it brings a package along. It knows
// neither the host nor which port it is.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Fetch, FetchContext, Upgrade } from '../protocol/author.ts'
import { LazyRequest, useLazyClasses } from './classes.ts'
import { contextOf } from './context.ts'
import { report } from './report.ts'
import { answered, currentId } from './request-id.ts'
import { refuse, send } from './send.ts'

/** What a pod exports, and what its handlers are given. */
export type Served = {
  fetch: Fetch
  upgrade?: Upgrade | undefined
  around: Omit<FetchContext, 'remoteAddress'>
}

/** What the log of the pod tells of the request that is being answered. */
export const requestId = currentId

/** The server, which does not listen yet. */
export function serverOf({ fetch, upgrade, around }: Served): Server {
  useLazyClasses()
  const Context = contextOf(around)
  const server = createServer((incoming, outgoing) =>
    answered(incoming, () => answer(fetch, { incoming, outgoing, Context })),
  )
  // A server without this listener leaves such a request to `fetch`.
  if (upgrade)
    server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      const given = { incoming, socket, head, context: new Context(incoming) }
      answered(incoming, () => void takeOver(upgrade, given))
    })
  return server
}

type Exchange = { incoming: IncomingMessage; outgoing: ServerResponse; Context: ReturnType<typeof contextOf> }

function answer(fetch: Fetch, { incoming, outgoing, Context }: Exchange): void {
  const fail = (error: unknown) => {
    // That its client is gone is no error of the handler's.
    if (outgoing.destroyed) return
    report(incoming, 'fetch threw', error)
    refuse(outgoing)
  }
  try {
    // The class has what the standard asks for; its own type differs in a few members that it adds.
    const request = new LazyRequest({ req: incoming, res: outgoing }) as unknown as Request
    const context = new Context(incoming)
    const given = (fetch as FetchOfWorkers)(request, context, context)
    const exchange = { incoming, outgoing }
    if (isPromise(given)) given.then(response => send(response, exchange)).then(undefined, fail)
    else send(given, exchange)?.catch(fail)
  } catch (error) {
    fail(error)
  }
}

type FetchOfWorkers = (request: Request, env: FetchContext, context: FetchContext) => unknown

async function takeOver(
  upgrade: Upgrade,
  {
    incoming,
    socket,
    head,
    context,
  }: { incoming: IncomingMessage; socket: Duplex; head: Buffer; context: FetchContext },
): Promise<void> {
  // Without a listener, a client that goes would end the process.
  socket.on('error', () => {})
  try {
    await upgrade(incoming, socket, head, context)
  } catch (error) {
    report(incoming, 'upgrade threw', error)
    socket.end('HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function'
}
