// Watches the folders of a project's pods while somebody works on them. It only tells which pods changed.
import { stat } from 'node:fs/promises'
import { dirname, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import type { ProjectPod } from './manifest.ts'

/** How long no file must have changed before it counts as one change: an editor, or git, writes many. */
const quietMs = 150

export type Watching = {
  pods: readonly ProjectPod[]
  /** More files whose change is a change of all pods: the manifest. */
  files: readonly string[]
  /** Whether a path in the folder of a pod is of no matter; relative, a folder ends in `/`. */
  ignores: (folder: string) => Promise<(path: string) => boolean>
  onChange: (pods: readonly ProjectPod[]) => Promise<void>
  /** Called once every change from now on is seen. */
  onReady?: () => void
  signal: AbortSignal
}

/** Resolves when `signal` is aborted, or rejects with what `onChange` throws. Changes during one `onChange` are told with the next. */
export async function watchProject({ pods, files, ignores, onChange, onReady, signal }: Watching): Promise<void> {
  const folders = await Promise.all(pods.map(async pod => ({ pod, folder: await folderOf(pod) })))
  const known = folders.filter(({ folder }) => folder !== '')
  const ignoring = new Map<string, (path: string) => boolean>()
  for (const { folder } of known) if (!ignoring.has(folder)) ignoring.set(folder, await ignores(folder))
  const isIgnored = (path: string, isFolder: boolean) =>
    [...ignoring].every(([folder, ignored]) => {
      const inside = relative(folder, path).split(sep).join('/')
      return inside.startsWith('..') || (inside !== '' && ignored(isFolder ? `${inside}/` : inside))
    })
  const watcher = watch([...ignoring.keys(), ...files], {
    ignored: (path, stats) => !files.includes(path) && isIgnored(path, stats?.isDirectory() ?? false),
    ignoreInitial: true,
  })
  const changed = new Changes(quietMs)
  if (onReady) watcher.once('ready', onReady)
  watcher.on('all', (_, path) => changed.add(path))
  try {
    for (;;) {
      const paths = await changed.next(signal)
      if (!paths) return
      const all = paths.some(path => files.includes(path))
      const meant = known.filter(({ folder }) => all || paths.some(path => isWithin(folder, path)))
      if (meant.length > 0) await onChange(meant.map(({ pod }) => pod))
    }
  } finally {
    await watcher.close()
  }
}

/** Empty for a pod that ships with p8a. */
async function folderOf({ push: { path } }: ProjectPod): Promise<string> {
  if (path.startsWith('p8a:')) return ''
  return (await stat(path)).isDirectory() ? path : dirname(path)
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`)
}

/** Collects paths until none has come for a while. */
export class Changes {
  #quietMs: number
  #paths = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #isQuiet = true
  #wake: (() => void) | undefined

  constructor(quietMs: number) {
    this.#quietMs = quietMs
  }

  add(path: string): void {
    this.#paths.add(path)
    this.#isQuiet = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#isQuiet = true
      this.#wake?.()
    }, this.#quietMs)
  }

  /** What changed since the last time; undefined once `signal` is aborted. */
  async next(signal: AbortSignal): Promise<string[] | undefined> {
    const onAbort = () => this.#wake?.()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted && (this.#paths.size === 0 || !this.#isQuiet)) {
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
    if (signal.aborted) {
      clearTimeout(this.#timer)
      return undefined
    }
    const paths = [...this.#paths]
    this.#paths.clear()
    return paths
  }
}
