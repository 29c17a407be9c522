// A connection to a port at which other runs of the pod accept too, such as that which a reload is to replace: the one that is asked for
// has to be accepted by the run that is looked at.
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import type { Connected } from '../system/accepted.ts'
import { noteOwn } from '../system/connections.ts'

/** How often to look who has accepted it, and to try again where another run has. */
const lookMs = 10
const againMs = 50
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
  for (;;) {
    const socket = await connected({ host, port })
    if (!socket) return undefined
    let acceptor: Acceptor | undefined
    try {
      acceptor = await acceptorOf(socket, { whoAccepts, isLate })
    } finally {
      if (acceptor !== 'own') socket.destroy()
    }
    switch (acceptor) {
      case 'own':
        return { socket }
      case 'nobody':
        return { problem: `port ${port} takes no connection yet` }
      case 'other':
        if (isLate()) return { problem: `port ${port} is served by other runs, and not by this one yet` }
        await delay(againMs)
        break
      default:
        return undefined
    }
  }
}

/** @returns undefined where it is over */
async function acceptorOf(
  socket: net.Socket,
  { whoAccepts, isLate }: { whoAccepts: WhoAccepts; isLate: () => boolean },
): Promise<Acceptor | undefined> {
  const made = { port: socket.remotePort as number, from: socket.localPort as number }
  for (let unseen = 0; ; await delay(lookMs)) {
    const acceptor = await whoAccepts(made)
    if (acceptor === 'own' || acceptor === 'other') return acceptor
    if (socket.destroyed) return undefined
    unseen = acceptor === 'unseen' ? unseen + 1 : 0
    if (isLate() || unseen === unseenLooks) return acceptor
  }
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
