// The gateway of standing.ts with a door of TLS too, the certificates of a folder, and a root that clients trust.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { HttpsDoor } from '../../../pods/gateway/https-door.ts'
import { MemoryRegistry } from '../../../pods/gateway/registry/memory.ts'
import { Secure } from '../../../pods/gateway/secure.ts'
import { settingsOf } from '../../../pods/gateway/settings.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { Root, type Wanted } from './certificates/making.ts'
import { type Standing, standing } from './standing.ts'

const root = await Root.make()

export type StandingSecure = Omit<Standing, 'toHttps'> & {
  root: Root
  at: Scratch
  secure: Secure
  door: HttpsDoor
  tlsPort: number
  faults: string[]
  /** Writes `NAME.pem` and `NAME.key` into the folder of certificates. */
  certificate(name: string, wanted: Wanted): Promise<void>
  /** A connection by TLS; the name is `example.com` unless it says otherwise. */
  secureDial(options?: ConnectionOptions): TLSSocket
}

/** @param answer what the pod does with a request */
export async function standingSecure(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (standing: StandingSecure) => Promise<void>,
  params: Record<string, string> = {},
): Promise<void> {
  using at = scratch()
  const certificate = async (name: string, wanted: Wanted) => {
    const { pem, key } = await root.make(wanted)
    at.file(`certs/${name}.key`, key)
    at.file(`certs/${name}.pem`, pem)
  }
  await certificate('example', { names: ['example.com', '*.example.com'] })
  await standing(
    answer,
    async standing => {
      const faults: string[] = []
      const log = (_: string, text: unknown) => void faults.push(String(text))
      const settings = settingsOf({ access: 'all', certs: at.path('certs'), ...params })
      const secure = new Secure(settings, {
        storage: at.dir,
        log,
        orders: () => true,
        shared: { registry: new MemoryRegistry() },
      })
      secure.routed(standing.gateway.routes)
      const door = await secure.open(standing.gateway, { hasHttp: true })
      const sockets = new Set<Socket>()
      door.server.on('connection', socket => void sockets.add(socket))
      door.server.listen(0, '127.0.0.1')
      await once(door.server, 'listening')
      const tlsPort = (door.server.address() as AddressInfo).port
      standing.toHttps = { port: tlsPort, covers: name => secure.shelf.covers(name) }
      const secureDial = (options: ConnectionOptions = {}) =>
        connect({ port: tlsPort, host: '127.0.0.1', servername: 'example.com', ca: root.pem, ...options })
      try {
        await work({ ...standing, root, at, secure, door, tlsPort, faults, certificate, secureDial })
      } finally {
        secure.close()
        door.server.close()
        for (const socket of sockets) socket.destroy()
      }
    },
    params,
  )
}
