// Opens the doors: the Unix socket for its owner, one TCP port for everyone with the token. The first byte of a
// connection decides what it speaks.
import net from 'node:net'
import { P8aError } from '../../protocol/errors.ts'
import type { Context } from '../context.ts'
import { openUnixDoor } from '../unix-door.ts'
import type { Rpc } from './rpc.ts'
import { serveLines } from './session.ts'

export type Doors = { addresses: string[]; close(): void }

export type DoorOptions = { context: Context; rpc: Rpc; token: string; host: string; port: number }

/** @throws {P8aError} `port_in_use`, `bad_address`, `unsupported` for a bind beyond loopback */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const { context, host, port } = options
  refuseBeyondLoopback(host)
  const take = (isTrusted: boolean) => (socket: net.Socket) => onConnection(socket, { ...options, isTrusted })
  // `allowHalfOpen`: a client may close its half and still read its answers.
  const local = net.createServer({ allowHalfOpen: true }, take(true))
  const tcp = net.createServer({ allowHalfOpen: true, noDelay: true }, take(false))
  tcp.maxConnections = context.settings.maxConnections
  await listen(tcp, { host, port, backlog: 1024 }).catch(error => {
    throw listenError(error, host, port)
  })
  // Such as too many open files: who connects now is not served, who comes later is.
  tcp.on('error', error => context.log.error('client', 'the port is in trouble', { err: error }))
  const { clientSocket } = context.paths
  const closeLocal = await openUnixDoor(local, { path: clientSocket, log: context.log })
  const bound = tcp.address() as net.AddressInfo
  const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return {
    addresses: [`${shown}:${bound.port}`, `unix:${clientSocket}`],
    close: () => {
      tcp.close()
      closeLocal()
    },
  }
}

export async function listen(server: net.Server, options: net.ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Waits for the first byte, which decides what the connection speaks. */
function onConnection(socket: net.Socket, options: DoorOptions & { isTrusted: boolean }): void {
  const silence = options.isTrusted
    ? undefined
    : setTimeout(() => socket.destroy(), options.context.settings.authTimeout)
  const onError = () => {}
  socket.on('error', onError)
  socket.once('close', () => clearTimeout(silence))
  const onEnd = () => socket.end()
  socket.once('end', onEnd)
  socket.once('data', (first: Buffer) => {
    clearTimeout(silence)
    socket.pause()
    socket.off('end', onEnd)
    if (isLetter(first[0] ?? 0)) {
      socket.off('error', onError)
      socket.unshift(first)
      void serveHttp(socket, options)
    } else serveLines(socket, first, options)
  })
}

type HttpDoor = { serve(socket: net.Socket, isTrusted: boolean): void }
const httpDoors = new WeakMap<Rpc, Promise<HttpDoor>>()

async function serveHttp(socket: net.Socket, options: DoorOptions & { isTrusted: boolean }): Promise<void> {
  let door = httpDoors.get(options.rpc)
  if (!door) {
    door = import('./http.ts').then(({ makeHttpServer }) => makeHttpServer(options))
    httpDoors.set(options.rpc, door)
  }
  ;(await door).serve(socket, options.isTrusted)
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
}

function refuseBeyondLoopback(host: string): void {
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return
  throw new P8aError(
    'unsupported',
    `Cannot listen on ${host}: beyond loopback the port needs TLS, which is not there yet`,
    {
      hint: 'Listen on 127.0.0.1 and reach it through ssh: ssh -L 3000:localhost:3000 SERVER',
    },
  )
}

/** Why a port cannot be had, in words. */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const where = `${host}:${port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return new P8aError('port_in_use', `Cannot listen on ${where}: another program has the port`, {
        hint: `Choose another one: pod host start --port ${port + 1}`,
        facts: { host, port },
      })
    case 'EACCES':
      return new P8aError('port_in_use', `Cannot listen on ${where}: the port is not yours to take`, {
        hint: 'Choose a port above 1023',
        facts: { host, port },
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new P8aError('bad_address', `Cannot listen on ${where}: this machine has no such address`, {
        hint: 'Use 127.0.0.1',
        facts: { host, port },
      })
    default:
      return error
  }
}
