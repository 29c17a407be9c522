// Opens the doors: the Unix socket for its owner, one TCP port for everyone with a token. The first byte of a connection
// decides what it speaks.
import net from 'node:net'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { DescriptorUse } from '../system/descriptors.ts'
import type { Listeners } from '../system/listeners.ts'
import { peerPid } from '../system/peer.ts'
import type { Seams } from '../system/seams.ts'
import { openUnixDoor } from '../system/unix-door.ts'
import type { Authority } from './access/authority.ts'
import { Answers } from './answers.ts'
import { type Arrival, Arrivals } from './arrivals.ts'
import { Doorstep, type Visitor } from './doorstep.ts'
import type { GitRoom } from './http/git.ts'
import type { HttpDoor } from './http/http.ts'
import type { Metrics } from './http/metrics-door.ts'
import type { Rpc } from './lines/rpc.ts'
import { serveLines } from './lines/session.ts'
import { refuse } from './refuse.ts'
import { refusePlain } from './tls/refuse-plain.ts'
import type { TlsDoor } from './tls/tls.ts'
import { Unread } from './unread.ts'

export type Doors = {
  /** Accepts no more connections, and waits for the answers that are on their way. */
  close(): Promise<void>
}

export type DoorOptions = {
  seams: Pick<Seams, 'paths' | 'settings' | 'log' | 'descriptors'>
  listeners: Listeners
  rpc: Rpc
  authority: Authority
  host: string
  port: number
  onAddresses: (addresses: string[]) => void
  /** Whether those who ask `/readyz` are told so. */
  isReady: () => boolean
  metrics: Metrics
  gitRoom: GitRoom
  /** The pids of processes that may not use the Unix socket. */
  shutOut: () => ReadonlySet<number>
  /** Makes the connections of the port private; undefined if they are not. */
  tls: TlsDoor | undefined
}

/** What a connection needs to be served. */
type Service = DoorOptions & {
  answers: Answers
  unread: Unread
  visitor: Visitor | undefined
  http: () => Promise<HttpDoor>
  arrival: Arrival
  /** Why it is not served. */
  refusal: P8aError | undefined
}

/**
 * How long to wait for answers that are on their way: a verb that is nearly done still gets its answer, but neither a
 * start that waits for its pod nor a client that does not read keeps the host from ending.
 */
const answersMs = 1000

/** A client says hello, ends its handshake, and asks. */
const arrivalSteps = 3

/** How long a client that is refused may take to show what it speaks. */
const refuseMs = 1000

/** The first byte of a TLS connection: a record that holds a handshake. */
const tlsHello = 0x16

/** @throws {P8aError} `port_in_use`, `bad_address` */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const { seams, listeners, host, port } = options
  const answers = new Answers()
  const arrivals = new Arrivals()
  const unread = new Unread(seams.settings)
  let door: Promise<HttpDoor> | undefined
  const http = () => {
    door ??= import('./http/http.ts').then(({ makeHttpServer }) => makeHttpServer({ ...options, answers, unread }))
    return door
  }
  const service = { ...options, answers, unread, http }
  const doorstep = new Doorstep(seams.settings)
  // `allowHalfOpen`: a client may close its half and still read its answers.
  const local = net.createServer({ allowHalfOpen: true }, socket =>
    letIn(socket, 'socket', {
      ...{ ...service, arrival: arrivals.add(socket), tls: undefined, visitor: undefined },
      refusal: isShutOut(socket, options) ? notForRuns() : undefined,
    }),
  )
  const tcp = net.createServer({ allowHalfOpen: true, noDelay: true }, socket =>
    letIn(socket, 'port', {
      ...{ ...service, arrival: arrivals.add(socket), visitor: doorstep.admit(socket) },
      refusal: undefined,
    }),
  )
  tcp.maxConnections = seams.settings.maxConnections
  await listeners.open('port', tcp, { host, port, backlog: 1024 }).catch(error => {
    throw listenError(error, host, port)
  })
  // For example too many open files: a client that connects now is not served, a later one is.
  tcp.on('error', error => seams.log.error('client', 'the port has an error', { err: error }))
  const { clientSocket } = seams.paths
  const bound = tcp.address() as net.AddressInfo
  const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  // Told before the socket exists, so that every client of the socket finds the addresses.
  options.onAddresses([`${options.tls ? 'tls://' : ''}${shown}:${bound.port}`, `unix:${clientSocket}`])
  const closeLocal = await openUnixDoor(local, { name: 'client', path: clientSocket, listeners, log: seams.log })
  return {
    close: async () => {
      tcp.close()
      await closeLocal()
      // Whoever was let in a moment ago has not asked yet.
      const { arrivalTimeout: eachMs } = seams.settings
      if (listeners.areKept) await arrivals.asked({ eachMs, withinMs: arrivalSteps * eachMs })
      await answers.sent({ withinMs: answersMs })
    },
  }
}

/** Serves a connection, or says that there is no room for it. */
function letIn(socket: net.Socket, use: DescriptorUse, service: Service): void {
  const { descriptors } = service.seams
  const isRefused = !descriptors.mayServe(socket, use)
  if (isRefused) {
    if (!descriptors.mayServe(socket, 'refusal')) return void socket.destroy()
    const late = deadline(() => socket.destroy(), refuseMs)
    socket.once('close', () => clearTimeout(late))
  }
  onConnection(socket, { ...service, refusal: isRefused ? noRoom(service.seams) : service.refusal })
}

/** Waits for the first byte, which decides what the connection speaks. */
function onConnection(socket: net.Socket, service: Service): void {
  // This listener stays: while the HTTP server is being loaded, no other code handles an error, and an unhandled one
  // would end the host.
  socket.on('error', () => {})
  const onEnd = () => socket.end()
  socket.once('end', onEnd)
  socket.once('data', (first: Buffer) => {
    socket.pause()
    socket.off('end', onEnd)
    const { tls, visitor, refusal, arrival } = service
    const byte = first[0] ?? 0
    if (tls && byte === tlsHello) {
      socket.unshift(first)
      arrival.goesOn()
      const secure = tls.secure(socket).once('secure', arrival.goesOn)
      return onConnection(secure, { ...service, tls: undefined })
    }
    if (tls) refusePlain(socket, { isHttp: isLetter(byte) })
    // The port does not speak TLS, so the client would understand no answer.
    else if (visitor && byte === tlsHello) socket.destroy()
    else if (refusal) refuse(socket, refusal, { isHttp: isLetter(byte) })
    else if (isLetter(byte)) return serveHttp(socket, first, service)
    else serveLines(socket, first, service)
    arrival.over()
  })
}

function serveHttp(socket: net.Socket, first: Buffer, { http, visitor, arrival }: Service): void {
  socket.unshift(first)
  void http().then(door => {
    door.serve(socket, visitor)
    // A request that has come whole is known as one a turn later.
    setImmediate(arrival.over)
  })
}

/** It is looked at only while there are such processes. */
function isShutOut(socket: net.Socket, { shutOut }: Pick<DoorOptions, 'shutOut'>): boolean {
  const pids = shutOut()
  if (pids.size === 0) return false
  const pid = peerPid(socket)
  return pid !== undefined && pids.has(pid)
}

function notForRuns(): P8aError {
  return new P8aError('forbidden', 'Cannot serve this connection: it is of a run that is kept apart from its host', {
    hint: 'A pod asks its host by p8a.verbs, as its `may` says',
  })
}

function noRoom({ descriptors }: Pick<Seams, 'descriptors'>): P8aError {
  return new P8aError('host_busy', `Cannot serve this connection: ${descriptors.shortage}`, {
    hint: 'Close other connections or stop pods, and give the host a higher limit (ulimit -n, LimitNOFILE=)',
  })
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
}

/** The error for a port that cannot be used. */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const where = `${host}:${port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return new P8aError('port_in_use', `Cannot listen on ${where}: another program has the port`, {
        hint: { text: 'Choose another one', do: { verb: 'host start', options: { port: String(port + 1) } } },
        facts: { host, port },
      })
    case 'EACCES':
      return new P8aError('port_in_use', `Cannot listen on ${where}: you may not take that port`, {
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
