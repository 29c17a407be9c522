// What a quota leaves of the runs that a worker is to have: read from the refusal of the host.

/** `most`: as many runs as there is room for. `why`: such as `"team" may have 4 runs`. */
export type Held = { most: number; why: string }

/** @param to how many runs were asked for. @returns undefined where the error is no quota of runs */
export function heldBy(error: unknown, to: number): Held | undefined {
  const { code, facts } = error as { code?: string; facts?: Record<string, unknown> }
  const { key, quota, most, used, more } = facts ?? {}
  if (code !== 'quota_exceeded' || key !== 'runs') return undefined
  if (typeof most !== 'number' || typeof used !== 'number' || typeof more !== 'number') return undefined
  const runs = `${most} ${most === 1 ? 'run' : 'runs'}`
  return { most: to - (used + more - most), why: `${JSON.stringify(quota)} may have ${runs}` }
}
