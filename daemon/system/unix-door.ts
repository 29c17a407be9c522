// A listening Unix socket that stays where it is: only its owner can open it, it replaces that of a dead host, and it
// is made again if somebody removes its file, or puts another in its place.
import { watch } from 'node:fs'
import { chmod, chown, lstat, rename, rm } from 'node:fs/promises'
import type net from 'node:net'
import { basename, dirname } from 'node:path'
import type { HostLog } from './host-log.ts'
import { isListenedAt } from './listener.ts'
import type { ListenerName, Listeners } from './listeners.ts'

const backlog = 4096
/**
 * `uid`: the user that may open it; by default the user of this host. `lookMs`: how often to look at a file that cannot be watched, and
 * when to try again to make one. Default: 2 seconds.
 */
export type UnixDoorOptions = {
  name: ListenerName
  path: string
  listeners: Listeners
  log: HostLog
  uid?: number
  lookMs?: number
}

/**
 * Lets `server` listen at `path`, which this host may replace, since it has claimed the data directory; or at the socket
 * there that it was given.
 * @returns a function that closes it
 */
export async function openUnixDoor(server: net.Server, options: UnixDoorOptions): Promise<() => Promise<void>> {
  const { path, listeners, log, lookMs = 2000 } = options
  let own = (await listen(server, options)) ?? (await given(path))
  let trouble: string | undefined
  const reopen = async () => {
    const found = await fileAt(path)
    if (found !== undefined && found === own) return
    if (trouble === undefined)
      log.warn('client', `${basename(path)} was removed under the live host, and is made again`)
    // Open connections are not affected.
    server.close()
    own = (await listen(server, options)) ?? (await given(path))
    trouble = undefined
  }
  const onTrouble = (error: unknown) => log.error('client', `${basename(path)} has an error`, { err: error })
  // For example too many open files: a client that connects now is not served, a later one is.
  server.on('error', onTrouble)
  let turn = Promise.resolve()
  let isClosed = false
  const look = () => {
    turn = turn.then(async () => {
      if (!isClosed) await reopen().catch(tryLater)
    })
  }
  // For example a full disk: nothing else tells when there is room again, and until then no client can connect.
  const tryLater = (error: Error) => {
    if (trouble !== error.message) onTrouble(error)
    trouble = error.message
    setTimeout(look, lookMs).unref()
  }
  const unwatch = watchFile(path, { onChanged: look, onTrouble, lookMs })
  if (own === undefined || own !== (await fileAt(path))) look()
  return async () => {
    isClosed = true
    unwatch()
    server.close()
    if (!listeners.areKept) await rm(path, { force: true })
  }
}

type Watching = { onChanged: () => void; onTrouble: (error: unknown) => void; lookMs: number }

/** Watches for a file; if the kernel has no more watches for this user, it looks now and then. */
function watchFile(path: string, { onChanged, onTrouble, lookMs }: Watching): () => void {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, file) => {
      if (file === basename(path)) onChanged()
    })
    watcher.on('error', onTrouble)
    return () => watcher.close()
  } catch (error) {
    onTrouble(error)
    const timer = setInterval(onChanged, lookMs).unref()
    return () => clearInterval(timer)
  }
}

/**
 * A socket is bound elsewhere and moved: so it takes the place of that of a dead host at once, with its rights, and Node does not
 * remove the path when it closes the server, since another host may have the socket too.
 * @returns which file it is, as it was before anybody could put another in its place; undefined if the socket was given
 */
async function listen(
  server: net.Server,
  { name, path, listeners, uid }: UnixDoorOptions,
): Promise<string | undefined> {
  // No longer than the path: the kernel has a limit.
  const made = `${path.slice(0, -'.sock'.length)}.new`
  await rm(made, { force: true })
  const wasGiven = await listeners.open(name, server, { path: made, backlog })
  if (wasGiven) return undefined
  await chmod(made, 0o600)
  if (uid !== undefined) await chown(made, uid, -1)
  const file = await fileAt(made)
  await rename(made, path)
  return file
}

/** Which file a socket is that this host was given. The host before may have had to make another one since, and has closed that. */
async function given(path: string): Promise<string | undefined> {
  return (await isListenedAt(path)) ? await fileAt(path) : undefined
}

/** Which file it is; undefined if there is none. The number of one that was removed may be given to another. */
async function fileAt(path: string): Promise<string | undefined> {
  return await lstat(path, { bigint: true }).then(
    ({ dev, ino, birthtimeNs }) => `${dev} ${ino} ${birthtimeNs}`,
    () => undefined,
  )
}
