// A gateway in this process before a server of the test's own, and clients that write bytes as they are.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net'
import type { KnownPod } from '../../../pods/gateway/directory.ts'
import { httpDoor } from '../../../pods/gateway/doors.ts'
import type { Told } from '../../../pods/gateway/exchange.ts'
import { type Behind, Gateway } from '../../../pods/gateway/gateway.ts'
import { settingsOf } from '../../../pods/gateway/settings.ts'

export type Standing = {
  /** The pods, by name; `changed` must be called after a change. */
  pods: Map<string, KnownPod>
  gateway: Gateway
  /** The server of the pod `web`, which has the route `example.com`. */
  pod: Server
  /** What the gateway has told of exchanges that are over. */
  told: Told[]
  /** How often a pod was woken; what waking does can be set. */
  wakes: string[]
  onWake: (pod: string) => Promise<unknown>
  port: number
  /** Whose requests have to come by https; it can be set. */
  toHttps: Behind['toHttps']
  /** What a certificate authority is answered; it can be set. */
  challenge: Behind['challenge']
  dial(port?: number): Socket
  /** Writes bytes, and reads until the other side is done. */
  raw(text: string | Buffer): Promise<string>
  /** A request without a body, over a connection of its own. */
  get(path?: string, headers?: Record<string, string>): Promise<string>
}

/** @param answer what the pod does with a request */
export async function standing(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (standing: Standing) => Promise<void>,
  params: Record<string, string> = {},
): Promise<void> {
  const pod = createServer(answer)
  const doorstep = await listening(pod)
  const up = { status: 'up', want: 'up', text: '', ports: [{ name: 'main', host: '127.0.0.1', port: doorstep }] }
  const pods = new Map<string, KnownPod>([
    ['web', { ...up, config: { route: [{ at: 'example.com' }], listen: { main: '1' } } }],
  ])
  const told: Told[] = []
  const wakes: string[] = []
  const wake = async (name: string) => {
    wakes.push(name)
    await all.onWake(name)
  }
  const settings = settingsOf({ access: 'all', ...params })
  const behind: Behind = {
    pods,
    wake,
    challenge: path => all.challenge?.(path),
    get toHttps() {
      return all.toHttps
    },
  }
  const gateway = new Gateway(behind, settings, over => void told.push(over.told()))
  gateway.changed()
  const door = httpDoor(gateway, settings)
  const port = await listening(door)
  const dial = (to = port) => connect({ port: to, host: '127.0.0.1', noDelay: true })
  const raw = async (text: string | Buffer) => {
    const socket = dial()
    socket.write(text)
    return await readAll(socket)
  }
  const get = async (path = '/', headers: Record<string, string> = {}) => {
    const all = { Host: 'example.com', Connection: 'close', ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    return await raw(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  }
  const all: Standing = {
    toHttps: undefined,
    challenge: undefined,
    pods,
    gateway,
    pod,
    told,
    wakes,
    port,
    dial,
    raw,
    get,
    onWake: async () => {},
  }
  try {
    await work(all)
  } finally {
    for (const server of [door, pod]) {
      server.close()
      server.closeAllConnections()
    }
    await gateway.close()
  }
}

/** Puts a server in the place of the pod that does what it likes with the bytes of its connections. */
export async function podOfBytes(
  at: Standing,
  serve: (socket: Socket) => void,
  work: () => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createNetServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    serve(socket)
  })
  const port = await listening(server)
  const web = at.pods.get('web')
  if (web) at.pods.set('web', { ...web, ports: [{ name: 'main', host: '127.0.0.1', port }] })
  at.gateway.changed()
  try {
    await work()
  } finally {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}

export async function readAll(socket: Socket): Promise<string> {
  const parts: Buffer[] = []
  socket.on('error', () => {})
  socket.on('data', (part: Buffer) => parts.push(part))
  await new Promise(resolve => socket.once('close', resolve))
  return Buffer.concat(parts).toString('latin1')
}

/** Resolves once a connection has given a text that matches. */
export async function readUntil(socket: Socket, pattern: RegExp): Promise<string> {
  let text = ''
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    text += String(part)
    if (pattern.test(text)) return text
  }
  throw new Error(`The connection ended after ${JSON.stringify(text)}`)
}

export async function listening(server: NetServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
