// A host that answers as a test says: lines in, lines out, on a Unix socket or a TCP port.
import { createServer, type Server, type Socket } from 'node:net'
import { LineSplitter } from '../../../protocol/lines.ts'

export type Request = { id: number; method: string; params: Record<string, unknown>; window?: number[] }

/** What a fake host does with a request: it may answer, send what it likes, or hang up. */
export type Behaviour = (request: Request, connection: FakeConnection) => void

export type FakeConnection = {
  answer: (result: unknown) => void
  refuse: (code: string, message: string) => void
  send: (text: string) => void
  /** Sends a value on the channel of the request. */
  value: (value: unknown) => void
  hangUp: () => void
}

export type FakeHost = AsyncDisposable & { port: number; requests: Request[] }

/** Listens at `at`, a path or a port (0: any), until it is disposed of. */
export async function fakeHost(at: string | number, behave: Behaviour): Promise<FakeHost> {
  const requests: Request[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    const splitter = new LineSplitter({ maxBytes: 1e8 })
    socket.on('data', (chunk: Uint8Array) => {
      for (const line of splitter.push(chunk)) {
        const request = JSON.parse(line) as Request
        requests.push(request)
        behave(request, connectionOf(socket, request))
      }
    })
  })
  await listen(server, at)
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    requests,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** What is said of a channel has its id among its params. */
function idOf({ id, params }: Request): unknown {
  return id ?? (Array.isArray(params) ? params[0] : undefined)
}

function connectionOf(socket: Socket, request: Request): FakeConnection {
  const id = idOf(request)
  const send = (text: string) => void socket.write(`${text}\n`)
  return {
    answer: result => send(JSON.stringify({ jsonrpc: '2.0', id, result })),
    refuse: (code, message) =>
      send(
        JSON.stringify({
          jsonrpc: '2.0',
          id,
          error: { code: -32000, message, data: { code, hint: `hint of ${code}` } },
        }),
      ),
    send,
    value: value => send(JSON.stringify({ jsonrpc: '2.0', method: '$/value', params: [id, value] })),
    hangUp: () => void socket.destroy(),
  }
}

async function listen(server: Server, at: string | number): Promise<void> {
  const where = typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, resolve)
  })
}
