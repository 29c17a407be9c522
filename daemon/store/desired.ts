// `pods/<name>/pod.json`: what the user wants of a pod. Written by the host on a verb, and by people.
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { configSchema, envSchema, type PodConfig, scaleSchema } from '../../protocol/config.ts'
import { begunWith } from '../../protocol/policy.ts'
import { textsSchema } from '../../protocol/texts.ts'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a sha256'))

/** What profiles said when the pod was begun, or when one of them was set. */
const profilesSchema = v.array(v.strictObject({ name: v.string(), config: configSchema }))

export type KeptProfile = v.InferOutput<typeof profilesSchema>[number]

/** With what a version runs, or ran. */
const deploy = {
  version: whole,
  params: v.optional(textsSchema({ text: 'is not a text' }), {}),
  config: v.optional(configSchema, {}),
  env: v.optional(envSchema),
  args: v.optional(v.array(v.string())),
  profiles: v.optional(profilesSchema),
}
const pastSchema = v.array(v.strictObject(deploy))

/**
 * A reload that is under way: what its slots go to, one after the other. `isBack`: it failed, so they go back.
 * `past`: what will have been up before it, once it is done.
 */
const reloadSchema = v.strictObject({
  ...deploy,
  generation: whole,
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
  isBack: v.optional(v.boolean()),
  past: pastSchema,
})

export const desiredSchema = v.strictObject({
  v: v.literal(1),
  /** Every version pushed, oldest first. */
  images: v.pipe(
    v.array(
      v.strictObject({
        version: whole,
        hash,
        size: whole,
        pushedAt: v.string(),
        file: v.optional(v.string()),
        /** The name of the token that pushed it, and what its pusher says of it. */
        by: v.optional(v.string()),
        message: v.optional(v.string()),
      }),
    ),
    v.minLength(1, 'there is no version'),
  ),
  /** The version to run; 0 until the first start. */
  version: whole,
  params: v.optional(textsSchema({ text: 'is not a text' }), {}),
  /** The arguments of the start, for a program; of a script those of its scheduled runs. */
  args: v.optional(v.array(v.string())),
  /** The options of the start, which go before the image's own config. */
  config: v.optional(configSchema, {}),
  /** Policy of the profiles that it names, which goes behind the image's own. */
  profiles: v.optional(profilesSchema),
  /** Variables that `pod env` set; they go before those of the start. */
  env: v.optional(envSchema),
  want: v.picklist(['up', 'idle']),
  /** Since when it is to stay down, whoever wakes it: it was killed. A start ends that. */
  killed: v.optional(v.string()),
  /** Set by `pod scale` or `--scale`; otherwise the config's. */
  scale: v.optional(scaleSchema),
  /** Of a worker: how many runs it has grown to. It counts only while the pod is one. */
  grown: v.optional(scaleSchema),
  /** Grows with every explicit start and restart, so that earlier runs do not count. */
  generation: v.optional(whole, 0),
  reload: v.optional(reloadSchema),
  /** Policy alone was changed, and its runs stay: `spec` is that with which they were begun, `of` what it stands for. */
  stays: v.optional(v.strictObject({ of: v.string(), spec: v.string() })),
  /** What was up before this, oldest first: what a rollback goes back to. */
  past: v.optional(pastSchema),
})

export type Desired = v.InferOutput<typeof desiredSchema>

export type Reload = NonNullable<Desired['reload']>

export type Deploy = NonNullable<Desired['past']>[number]

/** How many of them are kept. */
const keptPast = 20

/** Where a reload leads. */
export function reloaded(desired: Desired): Desired {
  const { reload, env: _, args: __, stays: ___, profiles: ____, ...rest } = desired
  if (!reload) return desired
  const { width: _width, isBack: _isBack, ...to } = reload
  return { ...rest, ...to }
}

/** What was up, with what is up now as the newest of it. */
export function pastWith({ past = [], version, params, config, env, args }: Desired): Deploy[] {
  return [...past, { version, params, config, ...(env && { env }), ...(args && { args }) }].slice(-keptPast)
}

/** The number of what is wanted next. A reload that is under way has one too, and runs that were begun with it. */
export function nextGeneration({ generation, reload }: Pick<Desired, 'generation' | 'reload'>): number {
  return Math.max(generation, reload?.generation ?? 0) + 1
}

/** Ends a reload where it is: whoever asks for something else has the last word. */
export function withoutReload({ reload: _, ...desired }: Desired): Desired {
  return desired
}

export type ImageRef = Desired['images'][number]

/** The image of `version`, or the newest if that is 0. */
export function imageOf(desired: Desired, version = desired.version): ImageRef | undefined {
  return version === 0 ? desired.images.at(-1) : desired.images.find(image => image.version === version)
}

/**
 * Digest of everything that a run is started with: a run with another digest has to be replaced. It does not include
 * labels, `may` and `sleep`, which are looked up when they are needed.
 */
export function specOf(desired: Desired): string {
  const spec = digestOf(partOf(desired, ({ labels: _, may: __, sleep: ___, ...config }) => config))
  return desired.stays?.of === spec ? desired.stays.spec : spec
}

/**
 * What is wanted in the place of `before`, so that the runs of that stay: it differs in policy, and in nothing that they were
 * begun with. Undefined where they cannot, and where nothing differs.
 */
export function inPlaceOf(before: Desired, next: Desired): Desired | undefined {
  if (before.want !== 'up' || next.want !== 'up' || before.reload || before.version !== next.version) return undefined
  const { stays: _, ...wanted } = { ...next, generation: before.generation }
  if (digestOf(partOf(before, begunWith)) !== digestOf(partOf(wanted, begunWith))) return undefined
  const changed = [before, wanted].map(({ config, scale, profiles }) =>
    JSON.stringify(sorted([config, scale, profiles])),
  )
  if (changed[0] === changed[1]) return undefined
  const [was, of] = [specOf(before), specOf(wanted)]
  return was === of ? wanted : { ...wanted, stays: { of, spec: was } }
}

/** Of the policy of the pod and of its profiles only a part. */
function partOf(desired: Desired, part: (config: PodConfig) => PodConfig): Desired {
  const profiles = desired.profiles?.map(({ name, config }) => ({ name, config: part(config) }))
  return { ...desired, config: part(desired.config), ...(profiles && { profiles }) }
}

function digestOf(desired: Desired): string {
  const image = imageOf(desired)?.hash
  const { config } = desired
  const { env = {} } = desired
  const set = Object.keys(env).length > 0 ? [sorted(env)] : []
  const args = desired.args && desired.args.length > 0 ? [desired.args] : []
  const shared = (desired.profiles ?? [])
    .map(profile => profile.config)
    .filter(policy => Object.keys(policy).length > 0)
  const profiles = shared.length > 0 ? [{ profiles: sorted(shared) }] : []
  const parts = [image, sorted(desired.params), sorted(config), desired.generation, ...set, ...args, ...profiles]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)])
}
