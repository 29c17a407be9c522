// What a host has to do so that its part of a pod is as it is wanted: a pure function of both.
import type { PodRecord } from '../records.ts'

/** How the part of a pod is on this host; `turn`: of its last start there; `isWorker`: its queue says how many runs it has. */
export type Local = { want: 'up' | 'idle'; scale: number; turn: number; isWorker?: boolean } | undefined

export type Step = 'fetch' | 'start' | 'restart' | 'reload' | 'scale' | 'stop' | 'remove'

/**
 * @param local undefined: it is not here
 * @param isHere the version that is wanted has been pushed here
 * @param count how many runs are to be here
 * @returns the next step; undefined: all is well
 */
export function nextStep(
  wanted: Pick<PodRecord, 'turn' | 'how'> | undefined,
  { local, isHere, count }: { local: Local; isHere: boolean; count: number },
): Step | undefined {
  if (wanted === undefined) return local === undefined ? undefined : 'remove'
  // It stays here, idle: what it has stored, and its image for the next time.
  if (count === 0) return local?.want === 'up' ? 'stop' : undefined
  if (!isHere) return 'fetch'
  if (local === undefined || local.want === 'idle') return 'start'
  if (local.turn !== wanted.turn) return wanted.how
  return local.isWorker || local.scale === count ? undefined : 'scale'
}
