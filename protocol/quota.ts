// What a path that is handed to others may have in all: the quota of a tenant.
import * as v from 'valibot'
import { sizeBytes } from './size.ts'

const sizeMessage = 'is not an amount: write bytes, or a text such as "200MB" or "1.5GB"'
const countMessage = 'is not a whole number from 0 to 1000000000'

const count = v.pipe(
  v.number(countMessage),
  v.integer(countMessage),
  v.minValue(0, countMessage),
  v.maxValue(1e9, countMessage),
)
const size = v.pipe(
  v.union([v.number(), v.string()], sizeMessage),
  v.check(value => sizeBytes(value) !== undefined, sizeMessage),
  v.transform(value => sizeBytes(value) as number),
)

const entries = {
  /** How many pods there may be. */
  pods: count,
  /** How many runs they may have, asleep or not. */
  runs: count,
  /** How much memory all runs may use, with all that they have started. */
  memory: size,
  /** How many bytes the images may have that the pods keep. */
  images: size,
  /** How many items may wait or run in the queues. */
  items: count,
}

export type QuotaKey = keyof typeof entries

export const quotaKeys = Object.keys(entries) as QuotaKey[]

/** The bounds of a quota, in bytes where they are amounts. */
export const quotaSchema = v.strictObject({
  pods: v.optional(entries.pods),
  runs: v.optional(entries.runs),
  memory: v.optional(entries.memory),
  images: v.optional(entries.images),
  items: v.optional(entries.items),
})

export type Quota = v.InferOutput<typeof quotaSchema>

/** A change of one: what is `null` is bounded no more, what is left out stays. */
export const quotaChangeSchema = v.strictObject({
  pods: v.optional(v.nullable(entries.pods)),
  runs: v.optional(v.nullable(entries.runs)),
  memory: v.optional(v.nullable(entries.memory)),
  images: v.optional(v.nullable(entries.images)),
  items: v.optional(v.nullable(entries.items)),
})

export type QuotaChange = v.InferOutput<typeof quotaChangeSchema>

/** What there is of each at a path and within. */
export type QuotaUse = Record<QuotaKey, number>

/** `path`: whose it is, from the root on. */
export type QuotaInfo = { path: string; bounds: Quota; used: QuotaUse }

/** The methods about quotas, by what they answer. */
export type QuotaResults = {
  'quota.list': { quotas: QuotaInfo[] }
  'quota.set': { path: string; bounds: Quota }
}

/** A quota with a change; without any bound it is none. */
export function changedQuota(before: Quota, change: QuotaChange): Quota {
  const both = { ...before, ...change }
  return Object.fromEntries(Object.entries(both).filter(([, most]) => most !== null && most !== undefined))
}
