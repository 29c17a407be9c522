// Whoever connects to a pod that is not to be up is refused: its sockets are closed once its last run is over. One that sleeps keeps
// them.
import { joinPath } from '../../protocol/names.ts'
import type { Pods } from './pods.ts'
import type { PodNeeds } from './supervisor.ts'

export function letGoOfPorts(pods: Pods, { ports, paths, path }: Pick<PodNeeds, 'ports' | 'paths' | 'path'>): void {
  const ownerOf = (name: string) => ({ key: joinPath(path, name), pod: paths.pod(name) })
  const leaving = new Set<string>()
  const letGo = async (name: string, isGone: boolean) => {
    leaving.add(name)
    await ports.release(ownerOf(name), { isGone }).finally(() => leaving.delete(name))
  }
  pods.watch({
    onChanged: ({ name, isWanted, isHeld, asleep, hasRuns, ports }) => {
      const isAwaited = asleep !== undefined && !isHeld
      if (ports.length > 0 && !isWanted && !isAwaited && !hasRuns && !leaving.has(name)) void letGo(name, false)
    },
    onForgotten: name => void letGo(name, true),
  })
}
