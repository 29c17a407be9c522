// Says when to look whether the files behind fd 1 and 2 have grown. They are watched once somebody else may write to
// them: children or threads of this process. Most pods never have any, and a watch is not free: the kernel takes up to
// ten milliseconds to remove it, for which the end of the process waits, and so does its replacement. A user can have
// only a limited number of them (fs.inotify.max_user_instances, 128).
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { isLoaded } from '../first-load.ts'

const { watch } = process.getBuiltinModule('node:fs')

/** When to look for the first time: by then a pod has done what it does while it is loaded. */
const firstLookMs = 250
/** How often to look while nobody is known to write: native code may. */
const lookMs = 10_000
/** The same once something else wakes the process now and then, after which it looks too: to wake for a look costs as much as a check. */
const lookAwakenedMs = 60_000
/** How often to look at a file that should be watched and cannot be. */
const lookUnwatchedMs = 500

/**
 * @param look looks at the files and returns whether there was something new
 * @returns `start` watches them from then on, `stop` looks no more; `onAwake`: this process is awake for something else
 */
export function watchRawFiles(
  files: readonly string[],
  look: () => boolean,
): { start: () => void; stop: () => void; onAwake: () => void } {
  let isWatching = false
  let hasLooked = false
  let stops: (() => void)[] = []
  const startWatching = () => {
    if (isWatching) return
    isWatching = true
    clearTimeout(timer)
    stops = files.map(file => watchFile(file, look))
    look()
  }
  const lookNowAndThen = (againMs: number) => {
    hasLooked = true
    clearTimeout(timer)
    if (look() || isLoaded('worker_threads')) return startWatching()
    timer = setTimeout(lookNowAndThen, againMs, againMs).unref()
  }
  let timer = setTimeout(lookNowAndThen, firstLookMs, lookMs).unref()
  // Node publishes each new thread here, before it runs.
  subscribe('worker_threads', startWatching)
  const stop = () => {
    isWatching = true
    clearTimeout(timer)
    unsubscribe('worker_threads', startWatching)
    for (const stopOne of stops) stopOne()
  }
  const onAwake = () => {
    if (hasLooked && !isWatching) lookNowAndThen(lookAwakenedMs)
  }
  return { start: startWatching, stop, onAwake }
}

function watchFile(file: string, look: () => void): () => void {
  try {
    const watcher = watch(file, { persistent: false }, look)
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    const timer = setInterval(look, lookUnwatchedMs).unref()
    return () => clearInterval(timer)
  }
}
