// Notices that another directory has taken the place of the data directory, as a restore does it. All files are found by
// their paths, so the host would go on half in the one and half in the other.
import { watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'

/**
 * Which directory it is, whatever it is called. `bornNs` is undefined where it is not known: the number of an inode may be
 * given to another directory once the first is removed.
 */
export type Folder = { dev: bigint; ino: bigint; bornNs: bigint | undefined }

/** How often to look, beside each time that the kernel tells of a move: of a folder above it, or a mount, it does not. */
const lookMs = 5000
/** How soon to look again while there is nothing at the path: the other directory is on its way. */
const soonMs = 250

type WatchOptions = {
  /** Called once, when another directory is there. */
  onReplaced: () => void
  /** Called when there is nothing at the path any more; and again after it was there. */
  onGone: () => void
  lookMs?: number
}

export async function folderAt(path: string): Promise<Folder> {
  const { dev, ino, birthtimeNs, ctimeNs } = await stat(path, { bigint: true })
  // Where the system cannot tell, Node gives the time of the last change.
  return { dev, ino, bornNs: birthtimeNs === ctimeNs ? undefined : birthtimeNs }
}

/** @returns a function that ends the watch */
export function watchFolder(path: string, own: Folder, options: WatchOptions): () => void {
  let isOver = false
  let isGone = false
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    clearTimeout(timer)
    // A folder above that may not be read now is no other directory.
    const now = await folderAt(path).catch(error => (error.code === 'ENOENT' ? undefined : own))
    if (isOver) return
    if (now && !isSame(now, own)) {
      end()
      return options.onReplaced()
    }
    if (!now && !isGone) options.onGone()
    isGone = !now
    clearTimeout(timer)
    timer = setTimeout(look, isGone ? soonMs : (options.lookMs ?? lookMs)).unref()
  }
  const unwatch = watchMoves(path, () => void look())
  const end = () => {
    isOver = true
    clearTimeout(timer)
    unwatch()
  }
  void look()
  return end
}

function isSame(one: Folder, other: Folder): boolean {
  const isAsOld = one.bornNs === other.bornNs || one.bornNs === undefined || other.bornNs === undefined
  return one.dev === other.dev && one.ino === other.ino && isAsOld
}

function watchMoves(path: string, onMoved: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, (event, file) => {
      if (event === 'rename' && file === basename(path)) onMoved()
    })
    // The looks go on.
    watcher.on('error', () => {})
    return () => watcher.close()
  } catch {
    // The kernel has no more watches for this user.
    return () => {}
  }
}
