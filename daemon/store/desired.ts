// `pods/<name>/pod.json`: what the user wants of a pod. Written by the host on a verb, and by people.
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { configSchema, envSchema, scaleSchema } from '../../protocol/config.ts'
import { textsSchema } from '../../protocol/texts.ts'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a sha256'))

export const desiredSchema = v.strictObject({
  v: v.literal(1),
  /** Every version pushed, oldest first. */
  images: v.pipe(
    v.array(v.strictObject({ version: whole, hash, size: whole, pushedAt: v.string(), file: v.optional(v.string()) })),
    v.minLength(1, 'there is no version'),
  ),
  /** The version to run; 0 until the first start. */
  version: whole,
  params: v.optional(textsSchema({ text: 'is not a text' }), {}),
  /** The arguments of a scheduled run of a script. */
  args: v.optional(v.array(v.string())),
  /** The options of the start, which go before the image's own config. */
  config: v.optional(configSchema, {}),
  /** Variables that `pod env` set; they go before those of the start. */
  env: v.optional(envSchema),
  want: v.picklist(['up', 'idle']),
  /** Set by `pod scale` or `--scale`; otherwise the config's. */
  scale: v.optional(scaleSchema),
  /** Grows with every explicit start and restart, so that earlier runs do not count. */
  generation: v.optional(whole, 0),
})

export type Desired = v.InferOutput<typeof desiredSchema>

export type ImageRef = Desired['images'][number]

/** The image of `version`, or the newest if that is 0. */
export function imageOf(desired: Desired, version = desired.version): ImageRef | undefined {
  return version === 0 ? desired.images.at(-1) : desired.images.find(image => image.version === version)
}

/**
 * Digest of everything that a run is started with: a run with another digest has to be replaced. It does not include
 * labels and `may`, which are looked up when they are needed.
 */
export function specOf(desired: Desired): string {
  const image = imageOf(desired)?.hash
  const { labels: _, may: __, ...config } = desired.config
  const { env = {} } = desired
  const set = Object.keys(env).length > 0 ? [sorted(env)] : []
  const parts = [image, sorted(desired.params), sorted(config), desired.generation, ...set]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)])
}
