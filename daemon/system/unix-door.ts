// A listening Unix socket that stays where it is: only its owner can open it, it replaces that of a dead host, and it
// is made again if somebody removes its file.
import { watch } from 'node:fs'
import { access, chmod, rename, rm } from 'node:fs/promises'
import type net from 'node:net'
import { basename, dirname } from 'node:path'
import type { HostLog } from './host-log.ts'
import type { ListenerName, Listeners } from './listeners.ts'

const backlog = 4096
/** How often to look at a file that cannot be watched, and when to try again to make one. */
const lookMs = 2000

export type UnixDoorOptions = { name: ListenerName; path: string; listeners: Listeners; log: HostLog }

/**
 * Lets `server` listen at `path`, which this host may replace, since it has claimed the data directory; or at the socket
 * there that it was given.
 * @returns a function that closes it
 */
export async function openUnixDoor(server: net.Server, options: UnixDoorOptions): Promise<() => Promise<void>> {
  const { path, listeners, log } = options
  await listen(server, options)
  const reopen = async () => {
    if (await isThere(path)) return
    log.warn('client', `${basename(path)} was removed under the live host, and is made again`)
    // Open connections are not affected.
    server.close()
    await listen(server, options)
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
  const tryLater = (error: unknown) => {
    onTrouble(error)
    setTimeout(look, lookMs).unref()
  }
  const unwatch = watchFile(path, { onChanged: look, onTrouble })
  if (!(await isThere(path))) look()
  return async () => {
    isClosed = true
    unwatch()
    server.close()
    if (!listeners.areKept) await rm(path, { force: true })
  }
}

type Watching = { onChanged: () => void; onTrouble: (error: unknown) => void }

/** Watches for a file; if the kernel has no more watches for this user, it looks now and then. */
function watchFile(path: string, { onChanged, onTrouble }: Watching): () => void {
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
 */
async function listen(server: net.Server, { name, path, listeners }: UnixDoorOptions): Promise<void> {
  // No longer than the path: the kernel has a limit.
  const made = `${path.slice(0, -'.sock'.length)}.new`
  await rm(made, { force: true })
  const wasGiven = await listeners.open(name, server, { path: made, backlog })
  if (wasGiven) return
  await chmod(made, 0o600)
  await rename(made, path)
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
