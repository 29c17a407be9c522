// What a status says of the limits of a pod: each with what holds it here.
import { boundsOf, type Limits } from '../../protocol/bounds.ts'
import type { LimitStatus } from '../../protocol/words.ts'
import { controllersNow } from './groups.ts'

/** The controller that holds a limit of a whole run. */
const controllers: Readonly<Record<string, string>> = { memoryMax: 'memory', processes: 'pids', cpu: 'cpu' }

/** Of a service. @param held the controllers of the kernel that this host has */
export function limitsTold(limits: Limits, held: ReadonlySet<string> = controllersNow()): LimitStatus[] {
  const { files, nice, oom, cpu, logs } = limits
  const ofRun = Object.entries({ ...boundsOf(limits), ...(cpu !== undefined && { cpu }) })
  const ofProcess = Object.entries({ files, nice, oom }).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  )
  const byOf = (name: string) => (held.has(controllers[name] ?? '') ? ('cgroup' as const) : ('watched' as const))
  return [
    ...ofRun.map(([name, most]) => ({ name, most, by: byOf(name) })),
    ...(logs === undefined ? [] : [{ name: 'logs', most: logs, by: 'rotation' as const }]),
    ...ofProcess.map(([name, most]) => ({ name, most, by: 'process' as const })),
  ]
}
