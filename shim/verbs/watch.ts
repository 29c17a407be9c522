// `p8a.watch()`: what becomes of the pods of the host that a pod is on, and of hosts within, through the deaths of the host.
import type { WatchOptions } from '../../protocol/author.ts'
import type { PodChange } from '../../protocol/changes.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import { joinPath } from '../../protocol/names.ts'
import { Watch } from '../../protocol/watch.ts'
import type { Asking } from './asking.ts'

/** How long to wait before the host is asked again that could not tell: such as that its owner is away. */
const firstAgainMs = 50
const maxAgainMs = 5000

/** What passes by itself. */
const passing = ['host_gone', 'host_busy', 'timeout']

/** @param base the path of the host that the pod is on */
export function watchFrom(asking: Asking, base: string, { path = '', within = false, signal }: WatchOptions): Watch {
  const watched = joinPath(base, path)
  return new Watch({
    path: watched,
    signal,
    open: async function* (ending) {
      const params = { path: watched, within }
      for await (const changes of asking.stream('host.watch', params, {
        signal: ending,
        takes: usualWindow,
        keeps: false,
      })) {
        yield changes as PodChange[]
      }
    },
    again: async (error, tries) => {
      if (error !== undefined && !(error instanceof P8aError && passing.includes(error.code))) throw error
      await asking.present(signal)
      const delayMs = Math.min(firstAgainMs * 2 ** Math.min(tries, 10), maxAgainMs)
      // Loaded here, since few pods watch.
      const { setTimeout: delay } = await import('node:timers/promises')
      // Aborted, it just ends.
      await delay(delayMs, undefined, { signal }).catch(() => {})
    },
  })
}
