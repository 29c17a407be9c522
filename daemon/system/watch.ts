// Watches what people do to `pods/*/pod.json`. It only tells which pod to look at; the file itself decides.
import { basename, dirname, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import { longTimeout } from '../../protocol/long-timeout.ts'
import type { Seams } from './seams.ts'

export type PodsWatcher = {
  /** The file of this pod may have changed, appeared or disappeared. */
  onPod: (name: string) => void
  /** That of any pod may have. Called now and then where the kernel has no more watches for this user. */
  onAny: () => void
}

/** @returns a function that ends the watching */
export async function watchPods(
  seams: Pick<Seams, 'paths' | 'log' | 'settings'>,
  { onPod, onAny }: PodsWatcher,
): Promise<() => Promise<void>> {
  const { pods } = seams.paths
  const isIgnored = (path: string) => {
    const parts = relative(pods, path).split(sep)
    return parts.length > 2 || (parts.length === 2 && parts[1] !== 'pod.json') || (parts[0] ?? '').startsWith('.')
  }
  const looks = new Looks(seams, onAny)
  const watcher = watch(pods, { depth: 1, ignored: isIgnored, ignoreInitial: true })
  watcher.on('all', (_, path) => {
    const name = basename(path) === 'pod.json' ? basename(dirname(path)) : relative(pods, path)
    if (name !== '') onPod(name)
  })
  const failed = Promise.withResolvers<void>()
  watcher.on('error', error => {
    looks.begin(error)
    failed.resolve()
  })
  // If it failed, it may never be ready.
  await Promise.race([new Promise<void>(resolve => watcher.once('ready', resolve)), failed.promise])
  return async () => {
    looks.end()
    await watcher.close()
  }
}

/** In the place of watches that the kernel does not give. */
class Looks {
  #seams: Pick<Seams, 'log' | 'settings'>
  #onAny: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(seams: Pick<Seams, 'log' | 'settings'>, onAny: () => void) {
    this.#seams = seams
    this.#onAny = onAny
  }

  begin(error: unknown): void {
    if (this.#timer) return
    const { log, settings } = this.#seams
    const ms = settings.editLookInterval
    log.warn('files', `the watch on the data directory failed: edits are looked for every ${ms / 1000} s`, {
      err: error,
    })
    const timer = longTimeout(() => {
      this.#onAny()
      timer.refresh()
    }, ms).unref()
    this.#timer = timer
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
