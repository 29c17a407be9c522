// What bounds a run of a pod: the part `limits` of its config.
import * as v from 'valibot'
import { sizeBytes } from './size.ts'
import { isObject } from './texts.ts'

const sizeMessage = 'is not an amount: write bytes, or a text such as "200MB" or "1.5GB"'
/** In bytes. */
const leastMemory = 1_000_000
const leastAmount = 1_000_000

const size = v.pipe(
  v.union([v.number(), v.string()], sizeMessage),
  v.check(value => sizeBytes(value) !== undefined, sizeMessage),
  v.check(
    value => (sizeBytes(value) ?? leastMemory) >= leastMemory,
    'is less than 1 MB, with which nothing runs: write a unit, such as "200MB"',
  ),
  v.transform(value => sizeBytes(value) as number),
)

const amount = v.pipe(
  v.union([v.number(), v.string()], sizeMessage),
  v.check(value => sizeBytes(value) !== undefined, sizeMessage),
  v.check(
    value => (sizeBytes(value) ?? leastAmount) >= leastAmount,
    'is less than 1 MB: write a unit, such as "200MB"',
  ),
  v.transform(value => sizeBytes(value) as number),
)

const whole = (least: number, most: number) => {
  const message = `is not a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

const cpuMessage = 'is not a number of cpus from 0.01 to 1024, such as 0.5'
const limitsMessage = 'must be an object such as { memory: "200MB" }'

export const limitsEntries = {
  /** What a run and all that it has started may use: beyond it, another run takes its place. */
  memory: v.optional(size),
  /** Beyond it, it is killed at once. */
  memoryMax: v.optional(size),
  /** How many processes a run may be, with all that it has started. */
  processes: v.optional(whole(1, 1_000_000)),
  /** What the storage of the pod may take of the disk: beyond it, its runs are killed, and none begins until there is room. */
  storage: v.optional(amount),
  /** What the logs of all its runs may take: beyond it, the oldest lines go. */
  logs: v.optional(amount),
  /** How many cpus they may use, such as 0.5: only where the kernel can hold that. */
  cpu: v.optional(
    v.pipe(
      v.number(cpuMessage),
      v.check(value => value >= 0.01 && value <= 1024, cpuMessage),
    ),
  ),
  /** How many files each process of it may have open. */
  files: v.optional(whole(64, 1_048_576)),
  /** How far it gives way to others where cpu is short, as `nice` counts. */
  nice: v.optional(whole(0, 19)),
  /** How much sooner than others it is killed where memory is short, as the kernel counts. */
  oom: v.optional(whole(0, 1000)),
}

export const limitsSchema = v.pipe(
  v.custom<LimitsInput>(isObject, limitsMessage),
  v.strictObject(limitsEntries, limitsMessage),
  v.check(
    ({ memory, memoryMax }) => memory === undefined || memoryMax === undefined || memory <= memoryMax,
    'has a memoryMax that is less than its memory',
  ),
)

export type LimitsInput = { [K in keyof typeof limitsEntries]?: v.InferInput<(typeof limitsEntries)[K]> }

/** As they were read: amounts in bytes. */
export type Limits = v.InferOutput<typeof limitsSchema>

/** How much more than its memory a run may use for a moment, unless `memoryMax` says so: another takes its place meanwhile. */
const slack = 1.5

/** What a run is held to. `memory`: beyond it another takes its place; beyond the others it is killed. */
export type Bounds = { memory?: number; memoryMax?: number; processes?: number; storage?: number }

/** @param isScript a run in whose place no other can come: it has its memory and no more */
export function boundsOf(
  { memory, memoryMax, processes, storage }: Limits,
  { isScript = false }: { isScript?: boolean } = {},
): Bounds {
  const most = memoryMax ?? (memory === undefined ? undefined : isScript ? memory : Math.round(memory * slack))
  return {
    ...(memory !== undefined && !isScript && { memory }),
    ...(most !== undefined && { memoryMax: most }),
    ...(processes !== undefined && { processes }),
    ...(storage !== undefined && { storage }),
  }
}
