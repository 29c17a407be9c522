// Where other hosts of the fleet connect to this one: who they are is known by the secret that each shares with it, and what they ask is given to
// whoever serves it here.
import type { Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { Closable } from '../port/ports.ts'
import type { FindHere } from './arrival.ts'
import { type Frame, frameOf, idsOf, readAddressed } from './frames.ts'
import { secretTls } from './secret.ts'
import { Wire } from './wire.ts'

/** How long a connection may usually take to show who it is; and how long one may be silent, on which there is a ping every two seconds. */
const usualHandshakeMs = 5000
const silentMs = 15_000
/** How often it is looked whether a host that has a tunnel is in the fleet still. */
const lookMs = 1000
/** How long the other end may take to close a connection once it is told that this one goes. */
const byeMs = 1000
/** More than hosts of the largest fleet. Tunnels come on top of it. */
const mostPeers = 2048
/** How much may wait to be sent before nothing more is read, so that nothing more is to be answered. Who asks reads all the time. */
const mostWaitingBytes = 8 * 1024 * 1024

export type DoorOptions = {
  host: string
  port: number
  /** The public key that a host tells; undefined: it is not there, or tells none. */
  keyOf: (host: string) => string | undefined
  /** The secret that is shared with a host by that. */
  secretWith: (host: string) => Buffer | undefined
  handshakeMs?: number
  /** How many bytes a message may have. */
  most: () => number
  serve: (subject: string) => ((message: Uint8Array, subject: string) => Promise<Uint8Array>) | undefined
  /** @param from the host that tells it */
  tell: (subject: string, message: Uint8Array, from: string) => void
  /** What other hosts connect to here, and how many tunnels they may have at once; undefined: nothing. */
  tunnels?: { here: FindHere; most: number } | undefined
}

export type Door = Closable & { port: number }

/** @throws {Error} if it cannot listen there */
export async function openDoor(options: DoorOptions): Promise<Door> {
  /** With what tells those who ask over one that nothing more is answered; undefined where nobody has asked yet, or it is a tunnel. */
  const sockets = new Map<TLSSocket, (() => void) | undefined>()
  const mostTunnels = options.tunnels?.most ?? 0
  let tunnels = 0
  /** Connections that have not shown who they are. */
  const strangers = new Map<string, { socket: Socket; timer: NodeJS.Timeout }>()
  const called = new WeakMap<object, { host: string; key: string | undefined }>()
  const server = createServer({
    ...secretTls,
    allowHalfOpen: true,
    pskCallback: (socket, host) => {
      const secret = options.secretWith(host)
      if (secret) called.set(socket, { host, key: options.keyOf(host) })
      else called.delete(socket)
      return secret ?? null
    },
  })
  server.maxConnections = mostPeers + mostTunnels
  // The time that Node has for this closes nothing, and begins anew with each byte.
  server.on('connection', socket => {
    const at = whereOf(socket)
    const timer = setTimeout(() => socket.destroy(), options.handshakeMs ?? usualHandshakeMs)
    strangers.set(at, { socket, timer })
    socket.on('close', () => {
      clearTimeout(timer)
      if (strangers.get(at)?.socket === socket) strangers.delete(at)
    })
  })
  server.on('tlsClientError', (_, socket) => void socket.destroy())
  server.on('secureConnection', socket => {
    const stranger = strangers.get(whereOf(socket))
    clearTimeout(stranger?.timer)
    strangers.delete(whereOf(socket))
    const who = called.get(socket)
    // One that goes on where another one ended has shown nothing; and one may come that began before the end of this door.
    if (!who || !stranger || !server.listening) return void socket.destroy()
    const begun = new Set<number>()
    sockets.set(socket, undefined)
    const bye = () => {
      wire.release()
      // What comes is thrown away, so that nothing unread breaks the connection off before the other end has read this.
      socket.resume()
      socket.setTimeout(byeMs)
      socket.end(frameOf('bye', 0, idsOf(begun)))
    }
    socket.on('close', () => sockets.delete(socket))
    socket.setTimeout(silentMs, () => socket.destroy())
    const onDrain = () => socket.resume()
    const onEnd = () => socket.destroy()
    socket.on('drain', onDrain)
    socket.on('end', onEnd)
    // Its host may have left since, or have another key.
    const isMember = () => options.keyOf(who.host) === who.key
    // What cannot be read that is told has nobody who waits for an answer.
    const wire = new Wire(socket, { most: options.most, heard: frame => void heard(frame).catch(() => {}) })
    const onTunnel = async (body: Buffer): Promise<void> => {
      const why = isMember() ? 'it has too many tunnels already' : 'this host is not in its fleet'
      if (!options.tunnels || !isMember() || tunnels >= mostTunnels)
        return void socket.end(frameOf('nobody', 0, Buffer.from(why)), () => socket.destroy())
      tunnels++
      // Whoever has left the fleet, or is gone, has nothing here any more.
      const looking = setInterval(() => isMember() || stranger.socket.resetAndDestroy(), lookMs)
      try {
        const { bringIn } = await import('./arrival.ts')
        await bringIn({ socket, raw: stranger.socket }, { body, here: options.tunnels.here })
      } finally {
        clearInterval(looking)
        tunnels--
      }
    }
    const heard = async ({ kind, id, body }: Frame): Promise<void> => {
      if (socket.writableLength > mostWaitingBytes) socket.pause()
      if (kind !== 'tunnel') sockets.set(socket, bye)
      if (kind === 'ping') return wire.send('pong', id)
      if (kind === 'tunnel') {
        wire.release()
        socket.off('drain', onDrain)
        socket.off('end', onEnd)
        socket.setTimeout(0)
        return await onTunnel(body)
      }
      if (kind !== 'ask' && kind !== 'tell') return
      const { subject, message } = readAddressed(body)
      if (kind === 'tell') return isMember() ? options.tell(subject, message, who.host) : undefined
      const handler = isMember() ? options.serve(subject) : undefined
      if (!handler) return wire.send('nobody', id)
      begun.add(id)
      try {
        const answer = await handler(message, subject)
        if (answer.byteLength <= options.most()) wire.send('answer', id, answer)
        else wire.send('large', id, Buffer.from(String(answer.byteLength)))
      } catch {
        // As over the engine: whoever asks learns that it may have been done.
        wire.send('failed', id)
      } finally {
        begun.delete(id)
      }
    }
  })
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen({ host: options.host, port: options.port }, listening.resolve)
  await listening.promise
  server.on('error', () => {})
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () => {
      server.close()
      for (const { socket } of strangers.values()) socket.destroy()
      for (const [socket, bye] of sockets)
        if (bye) bye()
        else socket.destroy()
    },
  }
}

/** Of the other end; no two connections have the same. */
const whereOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
