// The door of shims: takes their connections, and routes their requests by topic.
import { mkdir } from 'node:fs/promises'
import net from 'node:net'
import type { ToHost } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Keepers } from '../keeper/keepers.ts'
import type { SparePools } from '../spare/pools.ts'
import type { ListenerName, Listeners } from '../system/listeners.ts'
import { openUnixDoor } from '../system/unix-door.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Verbs } from '../verbs/by-path.ts'
import { callHandlers } from './calls.ts'
import { type AskAsPod, commandHandlers } from './commands.ts'
import { Connection } from './connection.ts'
import { hostHandlers } from './hosts.ts'
import { Introductions } from './introductions.ts'
import { keeperHandlers } from './keeper.ts'
import { lifeHandlers } from './life.ts'
import { checkedHandlers } from './said.ts'

/** The parts that shims, spares and keepers ask. */
export type LinkOptions = {
  hosts: Hosts
  verbs: Verbs
  spares: SparePools
  keepers: Keepers
  askAsPod: AskAsPod
  listeners: Listeners
}

/**
 * Listens for shims. Every run's record must have been read before: an unknown ticket is refused.
 * @returns a function that ends the listening
 */
export async function listenForShims(options: LinkOptions): Promise<() => Promise<void>> {
  const { hosts, verbs, spares, keepers, askAsPod, listeners } = options
  const { settings, paths, log, descriptors, userDoors } = hosts.root.seams
  const introductions = new Introductions(hosts)
  const handlersOf = (connection: Connection): Handlers<ToHost> =>
    checkedHandlers({
      ...lifeHandlers(connection, { hosts, spares, keepers, log }),
      ...callHandlers(connection, { hosts, verbs, introductions }),
      ...hostHandlers(connection, { hosts, verbs }),
      ...commandHandlers(connection, { askAsPod }),
      ...keeperHandlers(connection, { keepers }),
    })
  const onClosed = ({ peer }: Connection) => {
    introductions.forget(peer)
    keepers.onUnlinked(peer)
  }
  const serve = (socket: net.Socket, { isGuest }: { isGuest: boolean }) => {
    // It dials again soon.
    if (!descriptors.mayServe(socket, 'run')) return void socket.destroy()
    const { peer } = new Connection(socket, { settings, log, handlersOf, onClosed })
    if (isGuest) userDoors.onGuest(peer)
  }
  const open = async (name: ListenerName, path: string, of: { uid?: number } = {}) =>
    await openUnixDoor(
      net.createServer(socket => serve(socket, { isGuest: of.uid !== undefined })),
      { name, path, listeners, log, ...of },
    )
  await mkdir(paths.doors, { recursive: true, mode: 0o700 })
  const close = await open('link', paths.linkSocket)
  // Runs in a sandbox see a folder, and what this host and the next ones put into it.
  const closeInner = await open('inner-link', paths.innerLink)
  const closing = [close, closeInner]
  await userDoors.begin(paths, async (path, uid) => void closing.push(await open(`user-${uid}`, path, { uid })))
  return async () => void (await Promise.all(closing.map(close => close())))
}
