// A pod's policy: what `export const config` may hold, and its defaults.
// It knows nothing of where a config was read from.
import * as v from 'valibot'
import { limitsEntries, limitsSchema } from './bounds.ts'
import { durationMs, durationProblem } from './duration.ts'
import { P8aError } from './errors.ts'
import { variableProblem, variablesProblem } from './exec-room.ts'
import { isolateSchema } from './isolate.ts'
import { keyHint } from './key-hint.ts'
import { labelsSchema } from './labels.ts'
import { maxScale } from './limits.ts'
import { listenSchema } from './listen-schema.ts'
import { isName } from './names.ts'
import { roles } from './roles.ts'
import { routeSchema } from './route-schema.ts'
import { isObject, textsSchema } from './texts.ts'
import { isTreePath } from './tree.ts'
import { userSchema } from './user.ts'

const duration = v.pipe(
  v.union([v.number(), v.string()], durationProblem('') ?? ''),
  v.check(
    value => durationProblem(value) === undefined,
    ({ input }) => durationProblem(input) ?? '',
  ),
  v.transform(value => durationMs(value) as number),
)

const sleepSchema = v.pipe(
  v.union([v.literal(false), v.number(), v.string()], durationProblem('') ?? ''),
  v.transform(value => (value === false ? 0 : value)),
  duration,
)

const wholeNumber = (least: number, most: number) => {
  const message = `is not a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

const text = v.string('is not a text')

const giveUpMessage = 'must be "never", or such as "after 5"'

/** When the host makes no further attempt: a number alone means the same as with "after". */
const giveUpSchema = v.pipe(
  v.union([v.number(), v.string()], giveUpMessage),
  v.transform(value => (typeof value === 'number' ? `after ${value}` : value.replace(/^(?=\d)/, 'after '))),
  v.regex(/^(never|after [1-9]\d{0,5})$/, giveUpMessage),
)

/** The system ends a text at a null character. */
const nullMessage = 'has a null character'
const systemText = (message: string) =>
  v.pipe(
    v.string(message),
    v.check(value => !value.includes('\0'), nullMessage),
  )

export const scaleSchema = wholeNumber(1, maxScale)

/** The arguments of a script. */
export const argsSchema = v.array(systemText('must be a list of texts'), 'must be a list of texts')

/** Environment variables by name. */
export const envSchema = textsSchema({
  text: 'is not a text',
  value: (value, key) => (value.includes('\0') ? nullMessage : variableProblem(key, value)),
  key: key => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? undefined : 'is not a name for an environment variable'),
  all: variablesProblem,
})

const fileMessage = 'must be the name of a file, or a list of such names'
const fileSchema = v.pipe(systemText(fileMessage), v.nonEmpty(fileMessage))
const envFileSchema = v.union([fileSchema, v.array(fileSchema)], fileMessage)

const writableMessage = 'must be a list of folders or files within the folder, such as ["data"]'
export const writableSchema = v.array(
  v.pipe(
    v.string(writableMessage),
    v.transform(path => path.replace(/^(?:\.\/)+|\/+$/g, '')),
    v.check(isTreePath, writableMessage),
  ),
  writableMessage,
)

const portSchema = wholeNumber(1, 65_535)
const httpPattern = /^(?:\/|:\d{1,5}\/|https?:\/\/)\S*$/

/** What asks a run to end. SIGKILL leaves it no time. */
export const stopSignals = [
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGKILL',
] as const
export type StopSignal = (typeof stopSignals)[number]

/** To whom that is sent: to all that a run is, or to its first process alone, which then ends what it has started. */
const stopTos = ['group', 'main'] as const
export type StopTo = (typeof stopTos)[number]

const checkMessage = 'must be an object such as { interval: "10s" }'
export const checkEntries = {
  interval: v.optional(duration),
  timeout: v.optional(duration),
  failures: v.optional(wholeNumber(1, 1000)),
  /** A port that must take connections; `true` is the pod's own, by its variable `PORT`. */
  tcp: v.optional(v.union([v.literal(true), portSchema], 'is not true or a port')),
  /** A path of its own port, `:8080/path`, or a URL: it must answer with less than 400. */
  http: v.optional(
    v.pipe(v.string('is not a text'), v.regex(httpPattern, 'is not a path such as "/health", or a URL')),
  ),
  /** A command line that must end with code 0. */
  command: v.optional(v.pipe(systemText('is not a text'), v.nonEmpty('is empty'))),
}
type CheckInput = { [K in keyof typeof checkEntries]?: v.InferInput<(typeof checkEntries)[K]> }

const profileMessage = 'must be the name of a profile, or a list of such names'
const profileSchema = v.pipe(
  v.union([v.string(), v.array(v.string())], profileMessage),
  v.transform(names => (typeof names === 'string' ? [names] : names)),
  v.check(names => names.every(isName), profileMessage),
)

const onMessage = 'must be an object such as { tag: "gpu" }'
const tagMessage = 'must be a name, or a list of names'
const tagSchema = v.pipe(v.string(tagMessage), v.check(isName, tagMessage))
export const onEntries = {
  /** Only on hosts that have the tag, or all of them. */
  tag: v.optional(v.union([tagSchema, v.array(tagSchema, tagMessage)], tagMessage)),
  /** Together with others, in the place of where the fewest are. */
  pack: v.optional(v.boolean('must be true or false')),
}
type OnInput = v.InferInput<v.StrictObjectSchema<typeof onEntries, undefined>>
const onSchema = v.pipe(v.custom<OnInput>(isObject, onMessage), v.strictObject(onEntries, onMessage))

const leaseMessage = 'must be an object such as { file: "/run/lease", for: "3s" }'
const leaseFileMessage = 'is not an absolute path'
const leaseEntries = {
  file: v.pipe(
    systemText(leaseFileMessage),
    v.check(path => path.startsWith('/'), leaseFileMessage),
  ),
  for: v.pipe(duration, v.minValue(100, 'must be 100 ms at least')),
}
type LeaseInput = v.InferInput<v.StrictObjectSchema<typeof leaseEntries, undefined>>
const leaseSchema = v.pipe(v.custom<LeaseInput>(isObject, leaseMessage), v.strictObject(leaseEntries, leaseMessage))

const scheduleMessage =
  'must be a text such as "0 3 * * *", or an object such as { at: "0 3 * * *", zone: "Europe/Berlin" }'
const scheduleEntries = {
  at: v.pipe(v.string('is not a text'), v.nonEmpty('is empty')),
  zone: v.optional(text),
  overlap: v.optional(v.picklist(['skip', 'queue', 'parallel'], 'must be "skip", "queue" or "parallel"')),
  missed: v.optional(v.picklist(['run', 'skip'], 'must be "run" or "skip"')),
  /** Of a worker: the function that an item is enqueued for, in the place of a start; and its arguments. */
  enqueue: v.optional(v.pipe(text, v.nonEmpty('is empty'))),
  args: v.optional(v.array(v.unknown(), 'must be a list')),
}
type ScheduleInput = v.InferInput<v.StrictObjectSchema<typeof scheduleEntries, undefined>>

/** When a pod starts by itself: a cron pattern, or an object with the pattern and its options. */
const scheduleSchema = v.pipe(
  v.custom<string | ScheduleInput>(value => typeof value === 'string' || isObject(value), scheduleMessage),
  v.transform(value => (typeof value === 'string' ? { at: value } : value)),
  v.strictObject(scheduleEntries, scheduleMessage),
)
export type Schedule = v.InferOutput<typeof scheduleSchema>

const entries = {
  /** A worker is a service whose runs follow its queue. */
  kind: v.optional(v.picklist(['service', 'worker'], 'must be "service" or "worker"')),
  /** Of a worker: how many items a run has at a time. */
  concurrency: v.optional(wholeNumber(1, 10_000)),
  /** Between how many runs it has: with 0 it sleeps when there is nothing to do. */
  min: v.optional(wholeNumber(0, maxScale)),
  max: v.optional(scaleSchema),
  /** There is a run for each so many items that wait. */
  growAt: v.optional(wholeNumber(1, 1_000_000)),
  /** How long a run may be without an item before it is ended. */
  shrinkAfter: v.optional(duration),
  /** How many items may wait. */
  queueLimit: v.optional(wholeNumber(0, 100_000_000)),
  /** How many items of one producer may wait: a pod, or a client by its token. */
  producerLimit: v.optional(wholeNumber(1, 100_000_000)),
  /** How often an item is tried again, how long after the first attempt, and how long an attempt may take. */
  itemRetries: v.optional(wholeNumber(0, 1_000_000)),
  itemBackoff: v.optional(duration),
  itemTimeout: v.optional(duration),
  restart: v.optional(v.picklist(['always', 'on-failure', 'never'], 'must be "always", "on-failure" or "never"')),
  retries: v.optional(wholeNumber(1, 1_000_000)),
  giveUp: v.optional(giveUpSchema),
  scale: v.optional(scaleSchema),
  startTimeout: v.optional(duration),
  stopTimeout: v.optional(duration),
  /** How long a run that is replaced, or one too many, may take to finish what it has. */
  drainTimeout: v.optional(duration),
  /** Two runs in the same place must never live at once: the old one is ended first. */
  single: v.optional(v.boolean()),
  /** On which hosts of a fleet it may be. */
  on: v.optional(onSchema),
  /** No two runs of it may live at once in a fleet, whatever the network does. */
  exclusive: v.optional(v.boolean('must be true or false')),
  /** Its runs are killed once the file says that it was renewed longer ago than that. */
  lease: v.optional(leaseSchema),
  readyAfter: v.optional(duration),
  /** A program is up only when it says so: neither when it listens, nor after a time. */
  ready: v.optional(v.picklist(['said'], 'must be "said"')),
  minUptime: v.optional(duration),
  stopSignal: v.optional(v.picklist(stopSignals, `must be one of ${stopSignals.join(', ')}`)),
  stopTo: v.optional(v.picklist(stopTos, 'must be "group" or "main"')),
  stdin: v.optional(v.picklist(['open'], 'must be "open"')),
  check: v.optional(v.pipe(v.custom<CheckInput>(isObject, checkMessage), v.strictObject(checkEntries, checkMessage))),
  env: v.optional(envSchema),
  /** Files of variables on the machine of the host, relative to the folder in which a run starts. */
  envFile: v.optional(envFileSchema),
  /** What of a pushed folder its runs may write in: it lies in the storage of the pod, for all versions. */
  writable: v.optional(writableSchema),
  cwd: v.optional(systemText('is not a text')),
  /** Where the host opens sockets for it, before it is started. */
  listen: v.optional(listenSchema),
  /** The names and paths at which a gateway reaches it. */
  route: v.optional(routeSchema),
  /** After how long without anything going on at its ports it is put to sleep; 0 or false: never. */
  sleep: v.optional(sleepSchema),
  /** What a run may use: memory, processes, files. */
  limits: v.optional(limitsSchema),
  /** How far its runs are kept apart from the machine. */
  isolate: v.optional(isolateSchema),
  /** As whom its runs are, on a host of root. */
  user: v.optional(userSchema),
  timeout: v.optional(duration),
  schedule: v.optional(scheduleSchema),
  needs: v.optional(
    v.array(v.pipe(text, v.check(isName, 'is not the name of a pod')), 'must be a list of names of pods'),
  ),
  nodeFlags: v.optional(v.array(v.pipe(text, v.startsWith('-', 'must start with "-"')), 'must be a list of texts')),
  labels: v.optional(labelsSchema),
  may: v.optional(v.picklist(roles, 'must be "read", "deploy" or "admin"')),
  /** Policy that the host keeps under a name, for many pods; a later one goes before an earlier one. */
  profile: v.optional(profileSchema),
}

/** What `export const config` may hold; unknown keys are refused. Durations are milliseconds or texts such as `"10s"`. */
export const configSchema = v.strictObject(entries, 'must be an object')

/** A config as an author writes it. */
export type PodConfigInput = v.InferInput<typeof configSchema>

/** A config that was read: durations in milliseconds, only what was given. */
export type PodConfig = v.InferOutput<typeof configSchema>

/** The keys of keys. */
const inner: Record<string, object | undefined> = {
  check: checkEntries,
  limits: limitsEntries,
  on: onEntries,
  lease: leaseEntries,
}

/**
 * Reads a config.
 * @param where what a message calls it: `the config`, or a file and line
 * @param more.beside keys that its author may write too, and that the caller has taken away
 * @throws {P8aError} `bad_config`, naming the key
 */
export function parseConfig(
  value: unknown,
  where = 'the config',
  { beside = [] }: { beside?: readonly string[] } = {},
): PodConfig {
  const result = v.safeParse(configSchema, Array.isArray(value) ? null : value)
  if (result.success) return result.output
  const issue = result.issues[0]
  const keys = issue.path?.map(item => String(item.key)) ?? []
  const key = keys.join('.')
  const unknown = issue.type === 'strict_object' && issue.expected === 'never'
  const within = keys.length > 1 ? inner[keys[0] ?? ''] : undefined
  const known = Object.keys(within ?? entries).concat(within ? [] : beside)
  throw new P8aError(
    'bad_config',
    `Cannot use ${where}: ${key ? `"${key}"` : 'it'} ${unknown ? 'is unknown' : issue.message}`,
    {
      hint: unknown ? unknownHint(keys.at(-1) ?? '', known) : 'See "config" in docs/PODS.md',
      facts: { key, ...(keys.length > 0 && !unknown && { problem: `it ${issue.message}` }) },
    },
  )
}

function unknownHint(key: string, known: readonly string[]): string {
  const all = `Known keys: ${known.join(', ')}`
  const hint = keyHint(key, known)
  return hint === all ? all : `${hint}${hint.endsWith('?') ? '' : '.'} ${all}`
}
