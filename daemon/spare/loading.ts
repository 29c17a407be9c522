// The runs that load in processes which were spares: while one does, no other spare is made, since both would want the same
// processors, and somebody waits for the run. Data in, data out.

/** How long a run is waited for: one that takes longer has had its processors long enough. */
const loadMs = 1000

/** By the tickets of runs: until when each is waited for, in milliseconds of the clock. */
export type Loading = ReadonlyMap<string, number>

/** `taken`: a run has taken a spare. `loaded`: it is up, or is not going to be. `missed`: a start has found no spare, and others may follow. */
export type LoadingEvent = { type: 'taken' | 'loaded'; ticket: string } | { type: 'missed' }

export function nextLoading(loading: Loading, event: LoadingEvent, nowMs: number): Loading {
  if (event.type === 'missed') return new Map()
  const others = [...loading].filter(([ticket, untilMs]) => ticket !== event.ticket && untilMs > nowMs)
  return new Map(event.type === 'taken' ? [...others, [event.ticket, nowMs + loadMs]] : others)
}

/** How long a spare that is wanted has to wait for them at most, in milliseconds. */
export function loadingMs(loading: Loading, nowMs: number): number {
  return Math.max(0, ...[...loading.values()].map(untilMs => untilMs - nowMs))
}
