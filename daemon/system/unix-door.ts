// A listening Unix socket that stays where it is: readable by its owner alone, taken over from a dead host, and made
// again where somebody removes its file under the live one.
import { watch } from 'node:fs'
import { access, chmod, rm } from 'node:fs/promises'
import type net from 'node:net'
import { basename, dirname } from 'node:path'
import type { HostLog } from './host-log.ts'

const backlog = 4096
/** How often a file that cannot be watched is looked at, and when one that could not be made is made again. */
const lookMs = 2000

/** Has `server` listen at `path`, which is ours to take since the data directory is claimed. @returns what closes it */
export async function openUnixDoor(server: net.Server, options: { path: string; log: HostLog }): Promise<() => void> {
  const { path, log } = options
  await rm(path, { force: true })
  await listen(server, path)
  const reopen = async () => {
    if (await isThere(path)) return
    log.warn('client', `${basename(path)} was removed under the live host, and is made again`)
    // Connections that stand are not touched by this.
    server.close()
    await listen(server, path)
  }
  const onTrouble = (error: unknown) => log.error('client', `${basename(path)} has an error`, { err: error })
  // Such as too many open files: who connects now is not served, who comes later is.
  server.on('error', onTrouble)
  let turn = Promise.resolve()
  let isClosed = false
  const look = () => {
    turn = turn.then(async () => {
      if (!isClosed) await reopen().catch(tryLater)
    })
  }
  // Such as on a full disk: nothing else would tell when there is room again, and until then nobody can come in.
  const tryLater = (error: unknown) => {
    onTrouble(error)
    setTimeout(look, lookMs).unref()
  }
  const unwatch = watchFile(path, { onChanged: look, onTrouble })
  return () => {
    isClosed = true
    unwatch()
    server.close()
  }
}

type Watching = { onChanged: () => void; onTrouble: (error: unknown) => void }

/** Watches for a file; where the kernel watches for no more processes of this user, by looking. */
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

async function listen(server: net.Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, backlog }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  await chmod(path, 0o600)
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
