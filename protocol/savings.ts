// What the sleep of pods has saved, as far as the journal of events reaches back.

/** `naps`: how often it fell asleep. `gigabyteHours`: memory that it did not hold, by what it held before; none where that is unknown. */
export type Saved = { asleepMs: number; naps: number; gigabyteHours: number; price?: number }

export type Savings = {
  /** RFC 3339: from when on it is known. */
  since: string
  /** Most first; pods that are gone are in the total alone. */
  pods: ({ path: string; name: string; isAsleep: boolean } & Saved)[]
  total: Saved
  currency: string
}
