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

/** Whether the run has accepted a connection; undefined while nobody has. */
export type IsOwn = (connected: Connected) => Promise<boolean | undefined>

/** `problem`: why there is none yet. */
export type Own = { socket: net.Socket } | { problem: string }

/** @returns undefined where nobody can tell: the port takes no connection, or it was over before anybody saw whose it was */
export async function ownConnection(
  { host, port }: { host: string; port: number },
  { isOwn, timeoutMs }: { isOwn: IsOwn; timeoutMs: number },
): Promise<Own | undefined> {
  const giveUpAtMs = monotonicMs() + timeoutMs
  const isLate = () => monotonicMs() >= giveUpAtMs
  for (;;) {
    const socket = await connected({ host, port })
    if (!socket) return undefined
    const made = { port, from: socket.localPort as number }
    let own = await isOwn(made)
    for (; own === undefined && !socket.destroyed && !isLate(); own = await isOwn(made)) await delay(lookMs)
    if (own) return { socket }
    const wasOver = socket.destroyed
    socket.destroy()
    if (own === undefined && wasOver) return undefined
    if (own === undefined) return { problem: `port ${port} takes no connection yet` }
    if (isLate()) return { problem: `port ${port} is served by other runs, and not by this one yet` }
    await delay(againMs)
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
