// `p8a.watch()`: what becomes of the pods of the host that a pod is on, and of hosts within, through the deaths of the host.
import type { WatchOptions } from '../../protocol/author.ts'
import type { PodChange } from '../../protocol/changes.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { joinPath } from '../../protocol/names.ts'
import { Watch } from '../../protocol/watch.ts'
import { beforeAgain } from './again.ts'
import type { Asking } from './asking.ts'

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
    again: async (error, tries) => await beforeAgain(asking, { error, tries }, signal),
  })
}
