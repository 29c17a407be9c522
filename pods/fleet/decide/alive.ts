// Which hosts are alive: by the clock of whoever looks, from when a beat of each was seen last. Clocks of different hosts are never compared.
// While this host cannot see the others nobody dies, and once it can they get time to be seen.

export type Times = {
  /** Between two beats of a host. */
  beatMs: number
  /** So long after its last beat that was taken began, a host ends what it has that is exclusive. */
  fenceMs: number
  /** So long after a beat was first seen, and none after it, its host is dead. It is longer than `fenceMs` by what an end may take. */
  deadMs: number
}

export const defaultTimes: Times = { beatMs: 1000, fenceMs: 3500, deadMs: 6500 }

/** When each host's last beat was first seen. */
export type Seen = ReadonlyMap<string, { rev: string; atMs: number }>
type Seeing = Map<string, { rev: string; atMs: number }>

/** What follows from a beat. */
export function seeBeat(seen: Seeing, { host, rev, nowMs }: { host: string; rev: string; nowMs: number }): void {
  if (seen.get(host)?.rev !== rev) seen.set(host, { rev, atMs: nowMs })
}

/**
 * No beat could be seen since `sinceMs`: whoever was not dead by then is so no sooner than `leastMs` from now. Whoever was dead stays so until it
 * beats.
 */
export function seeAgain(
  seen: Seeing,
  { sinceMs, nowMs, leastMs, deadMs }: { sinceMs: number; nowMs: number; leastMs: number; deadMs: number },
): void {
  for (const [host, last] of seen)
    if (!isDead(seen, host, { nowMs: sinceMs, deadMs })) last.atMs = Math.max(last.atMs, nowMs - deadMs + leastMs)
}

export const isDead = (seen: Seen, host: string, { nowMs, deadMs }: { nowMs: number; deadMs: number }): boolean => {
  const last = seen.get(host)
  return last !== undefined && nowMs - last.atMs >= deadMs
}

/**
 * Whether a host may be as dead as one that is dead already: of those that died at the same moment some have beaten up to a beat later, and what
 * they have was not to be moved meanwhile.
 */
export const isSilent = (seen: Seen, host: string, { nowMs, times }: { nowMs: number; times: Times }): boolean =>
  isDead(seen, host, { nowMs, deadMs: times.deadMs - 2 * times.beatMs })

/** Whether its host has been gone for so long that others of which the same is seen now are not gone at once with it. */
export const isLongGone = (seen: Seen, host: string, { nowMs, deadMs }: { nowMs: number; deadMs: number }): boolean =>
  isDead(seen, host, { nowMs, deadMs: deadMs * 2 })

/**
 * Whether a host may still have what is exclusive.
 * @param takenMs when the last beat of its that was taken was begun
 */
export const mayHold = (takenMs: number | undefined, { nowMs, fenceMs }: { nowMs: number; fenceMs: number }): boolean =>
  takenMs !== undefined && nowMs - takenMs < fenceMs

/** So many dead at once are rather a fault of whoever looks, or too many for the others: nothing is moved. */
export const isRush = (dead: number, all: number): boolean => dead >= 2 && dead * 2 >= all
