// A connection to a port at which other runs of the pod accept too, such as that which a reload is to replace: the one that is asked for
// has to be accepted by the run that is looked at.
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import type { Connected } from '../system/accepted.ts'
import { noteOwn } from '../system/connections.ts'

/** How often to look who has accepted it. */
const lookMs = 10
/** When to try again where another run has: each time later. */
const againMs = { first: 50, most: 400 }
/**
 * With how many connections at once from then on: the kernel gives one that comes alone to the same run each time, as long as that waits
 * (`EPOLLEXCLUSIVE`).
 */
const mostAtOnce = 3
/** After how many looks in a row it cannot be known who accepts: what has just been accepted may not be seen at once. */
const unseenLooks = 10

/**
 * Who has accepted a connection: the run that is looked at, another one of its pod, nobody yet, or nobody that is known to belong to any of
 * them.
 */
export type Acceptor = 'own' | 'other' | 'nobody' | 'unseen'
export type WhoAccepts = (connected: Connected) => Promise<Acceptor>

/** `problem`: why there is none yet. */
export type Own = { socket: net.Socket } | { problem: string }

/** @returns undefined where nobody can tell: the port takes no connection, it was over before anybody saw whose it was, or none of them is seen to have it */
export async function ownConnection(
  { host, port }: { host: string; port: number },
  { whoAccepts, timeoutMs }: { whoAccepts: WhoAccepts; timeoutMs: number },
): Promise<Own | undefined> {
  const giveUpAtMs = monotonicMs() + timeoutMs
  const isLate = () => monotonicMs() >= giveUpAtMs
  for (let [atOnce, waitMs] = [1, againMs.first]; ; ) {
    const [socket, ...others] = await connectedAll({ host, port }, atOnce)
    if (!socket) return undefined
    let own: net.Socket | undefined
    try {
      const acceptor = await acceptorOf(socket, { whoAccepts, isLate })
      if (acceptor === 'own') own = socket
      if (acceptor === 'other') {
        // One that serves one at a time is not held up by it.
        socket.destroy()
        own = await ownOf(others, whoAccepts)
      }
      if (own) return { socket: own }
      if (acceptor === 'nobody') return { problem: `port ${port} takes no connection yet` }
      if (acceptor !== 'other') return undefined
      if (isLate()) return { problem: `port ${port} is served by other runs, and not by this one yet` }
    } finally {
      for (const each of [socket, ...others]) if (each !== own) each.destroy()
    }
    await delay(waitMs)
    atOnce = mostAtOnce
    waitMs = Math.min(2 * waitMs, againMs.most)
  }
}

/** Those that came with one that another run has accepted: the run that is looked at may have woken for them. */
async function ownOf(sockets: readonly net.Socket[], whoAccepts: WhoAccepts): Promise<net.Socket | undefined> {
  if (sockets.length > 0) await delay(lookMs)
  const acceptors = await Promise.all(sockets.map(async socket => await whoAccepts(madeBy(socket))))
  return sockets[acceptors.indexOf('own')]
}

/** @returns undefined where it is over */
async function acceptorOf(
  socket: net.Socket,
  { whoAccepts, isLate }: { whoAccepts: WhoAccepts; isLate: () => boolean },
): Promise<Acceptor | undefined> {
  const made = madeBy(socket)
  for (let unseen = 0; ; await delay(lookMs)) {
    const acceptor = await whoAccepts(made)
    if (acceptor === 'own' || acceptor === 'other') return acceptor
    if (socket.destroyed) return undefined
    unseen = acceptor === 'unseen' ? unseen + 1 : 0
    if (isLate() || unseen === unseenLooks) return acceptor
  }
}

function madeBy({ remotePort, localPort }: net.Socket): Connected {
  return { port: remotePort as number, from: localPort as number }
}

async function connectedAll({ host, port }: { host: string; port: number }, count: number): Promise<net.Socket[]> {
  const first = await connected({ host, port })
  if (!first) return []
  const at = { host: first.remoteAddress ?? host, port }
  const others = await Promise.all(Array.from({ length: count - 1 }, () => connected(at)))
  return [first, ...others.filter(socket => socket !== undefined)]
}

async function connected(at: { host: string; port: number }): Promise<net.Socket | undefined> {
  const socket = net.connect(at)
  const { promise, resolve } = Promise.withResolvers<void>()
  // It is read, so that its end is seen.
  socket
    .once('connect', resolve)
    .once('close', resolve)
    .on('error', () => {})
    .resume()
  await promise
  if (socket.destroyed) return undefined
  noteOwn(socket.localPort)
  return socket
}
