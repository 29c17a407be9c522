// Watches what people do to `pods/*/pod.json`. It only tells which pod to look at; the file itself decides.
import { basename, dirname, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import type { Seams } from './seams.ts'

/**
 * Calls `onPod` with the name of a pod whose file may have changed, appeared or disappeared.
 * @returns a function that ends the watching
 */
export async function watchPods(
  seams: Pick<Seams, 'paths' | 'log'>,
  onPod: (name: string) => void,
): Promise<() => Promise<void>> {
  const { pods } = seams.paths
  const isIgnored = (path: string) => {
    const parts = relative(pods, path).split(sep)
    return parts.length > 2 || (parts.length === 2 && parts[1] !== 'pod.json') || (parts[0] ?? '').startsWith('.')
  }
  const watcher = watch(pods, { depth: 1, ignored: isIgnored, ignoreInitial: true })
  watcher.on('all', (_, path) => {
    const name = basename(path) === 'pod.json' ? basename(dirname(path)) : relative(pods, path)
    if (name !== '') onPod(name)
  })
  watcher.on('error', error => seams.log.warn('files', 'the watch on the data directory failed', { err: error }))
  await new Promise<void>(resolve => watcher.once('ready', resolve))
  return () => watcher.close()
}
