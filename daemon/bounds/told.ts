// What a status says of the limits of a pod: each with what holds it here.
import { boundsOf, type Limits } from '../../protocol/bounds.ts'
import type { LimitStatus } from '../../protocol/words.ts'

export function limitsTold(limits: Limits, { isScript = false } = {}): LimitStatus[] {
  const { files, nice, oom } = limits
  const watched = Object.entries(boundsOf(limits, { isScript }))
  const ofProcess = Object.entries({ files, nice, oom }).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  )
  return [
    ...watched.map(([name, most]) => ({ name, most, by: 'watched' as const })),
    ...ofProcess.map(([name, most]) => ({ name, most, by: 'process' as const })),
  ]
}
