// Says when to look whether the files behind fd 1 and 2 have grown. They are watched from when this process has somebody
// who writes to them past it, or may have: children, threads. Most pods never do, and a watch is not free: the kernel
// takes up to ten milliseconds to take it down, for which the end of the process waits, and so does its replacement; and
// it has only so many of them for a user (fs.inotify.max_user_instances, 128).
import { subscribe } from 'node:diagnostics_channel'
import { syncBuiltinESMExports } from 'node:module'

const { watch } = process.getBuiltinModule('node:fs')

/** When to look for the first time: what a pod does while it is loaded has been done by then. */
const firstLookMs = 250
/** How often to look while nobody is known to write, for the rest: native code, a file's name such as /dev/stdout. */
const lookMs = 10_000
/** How often to look at a file that should be watched and cannot be. */
const lookUnwatchedMs = 500

/** Node's channels on which it says that there is a new process or thread; published before it runs. */
const channels = ['child_process', 'worker_threads']
/** What runs a child and waits for it: of those no channel tells. */
const waiters = ['spawnSync', 'execSync', 'execFileSync'] as const

/** @param look looks at the files and returns whether there was something new */
export function watchRawFiles(files: readonly string[], look: () => boolean): void {
  let isWatching = false
  const startWatching = () => {
    if (isWatching) return
    isWatching = true
    clearTimeout(timer)
    for (const file of files) watchFile(file, look)
    look()
  }
  const lookNowAndThen = () => {
    if (look() || mayHaveWriters()) return startWatching()
    timer = setTimeout(lookNowAndThen, lookMs).unref()
  }
  let timer = setTimeout(lookNowAndThen, firstLookMs).unref()
  for (const channel of channels) subscribe(channel, startWatching)
  // In a process that was a spare: elsewhere it is the pod that loads this module, and that tells enough.
  if (isLoaded('child_process')) tellOfWaiters(startWatching)
}

/** Calls `onChild` before each child that is waited for. */
function tellOfWaiters(onChild: () => void): void {
  const module = process.getBuiltinModule('node:child_process')
  for (const name of waiters) {
    const original = module[name] as (...args: unknown[]) => unknown
    const told = (...args: unknown[]) => {
      onChild()
      return original(...args)
    }
    Object.assign(module, { [name]: Object.defineProperties(told, Object.getOwnPropertyDescriptors(original)) })
  }
  syncBuiltinESMExports()
}

function watchFile(file: string, look: () => void): void {
  try {
    const watcher = watch(file, { persistent: false }, look)
    watcher.on('error', () => watcher.close())
  } catch {
    setInterval(look, lookUnwatchedMs).unref()
  }
}

/**
 * A pod that loads a module for children may run one with spawnSync, of which no channel tells. Where `cluster` is loaded,
 * as by every server that listens, that module is loaded with it, and says nothing.
 */
function mayHaveWriters(): boolean {
  return isLoaded('worker_threads') || (isLoaded('child_process') && !isLoaded('cluster'))
}

function isLoaded(module: string): boolean {
  const { moduleLoadList = [] } = process as { moduleLoadList?: string[] }
  return moduleLoadList.includes(`NativeModule ${module}`)
}
