// What a network does, at will: an embedded engine with these is no kinder than a real one. Without any it does all at once.

export type Faults = {
  /** The share of writes, requests and images put whose outcome is not told; half of them are done. */
  unknown: number
  /** The share of reads that give what was there before the last write. */
  stale: number
  /** The share of published messages that come twice. */
  duplicate: number
  /** The share of changes behind which a watch begins anew. */
  reset: number
  /** How long each thing takes at most. */
  delayMs: number
  /** The most that a message may have; without it, any. */
  mostBytes: number
  random: () => number
}

export const noFaults: Faults = {
  ...{ unknown: 0, stale: 0, duplicate: 0, reset: 0, delayMs: 0 },
  ...{ mostBytes: Number.POSITIVE_INFINITY, random: Math.random },
}

/** Waits for as long as the network would take. */
export async function late({ delayMs, random }: Faults): Promise<void> {
  if (delayMs > 0) await new Promise(resolve => setTimeout(resolve, random() * delayMs))
}

/** What becomes of what is to be done. */
export function fateOf({ unknown, random }: Faults): 'done' | 'done_untold' | 'lost' {
  if (random() >= unknown) return 'done'
  return random() < 0.5 ? 'done_untold' : 'lost'
}
