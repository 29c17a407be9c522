// The settings of a host: every limit it keeps, by name, with its default. They stand in `<data>/host.json`.
import * as v from 'valibot'
import { durationMs, durationProblem } from './duration.ts'

const bytes = v.pipe(v.number(), v.integer(), v.minValue(1))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const duration = v.pipe(
  v.union([v.number(), v.string()]),
  v.check(
    value => durationProblem(value) === undefined,
    ({ input }) => durationProblem(input) ?? '',
  ),
  v.transform(value => durationMs(value) as number),
)

/** One that no timer waits for may be as long as anyone likes. */
const age = v.pipe(
  v.union([v.number(), v.string()]),
  v.check(value => durationMs(value, Number.MAX_SAFE_INTEGER) !== undefined, 'is not a duration'),
  v.transform(value => durationMs(value, Number.MAX_SAFE_INTEGER) as number),
)

const MiB = 1024 * 1024

export const settingsSchema = v.strictObject({
  /** The largest image that may be pushed, code and source map together. */
  maxImageBytes: v.optional(bytes, 64 * MiB),
  /** The longest line a client may send once it is authorised; a push must fit in it. */
  maxLineBytes: v.optional(bytes, 96 * MiB),
  /** The longest line before that. */
  maxUnauthorizedLineBytes: v.optional(bytes, 8 * 1024),
  /** How long a connection may take to authorise itself. */
  authTimeout: v.optional(duration, 10_000),
  /** How many connections may be open at once over TCP. */
  maxConnections: v.optional(count, 1024),
  /** How many of them may not be authorised yet; beyond it, the oldest of the address that has the most is closed. */
  maxUnauthorizedConnections: v.optional(count, 256),
  /** How long a connection over TCP may go without a request, while none is under way. */
  idleTimeout: v.optional(duration, 3_600_000),
  /** How long the answer to a wrong token is kept back. */
  wrongTokenDelay: v.optional(duration, 500),
  /** How many wrong tokens may come from one address within `wrongTokenWindow`, before no token from there is looked at. */
  maxWrongTokens: v.optional(count, 20),
  /** How long wrong tokens are counted, and how long an address is shut out from its first one on. */
  wrongTokenWindow: v.optional(duration, 60_000),
  /** How many bytes of answers may wait for a client that does not read before it is cut off. */
  maxUnreadBytes: v.optional(bytes, 128 * MiB),
  /** How many requests of one connection may be under way at once. */
  maxPendingRequests: v.optional(count, 1024),
  /** How many versions of a pod are kept; the one in force always is. */
  keepVersions: v.optional(count, 50),
  /** How many records of ended runs are kept for each pod. */
  keepRuns: v.optional(count, 100),
  /** How many of ended runs of a script, each with its output. */
  keepScriptRuns: v.optional(count, 1000),
  /** Records of ended runs go after this long. */
  runAge: v.optional(age, 30 * 86_400_000),
  /** How many scripts of a host, those within it too, may run at once; the others wait in the order they were started. */
  maxScripts: v.optional(count, 100),
  /** How many of one pod, unless its scale says else. */
  maxPodScripts: v.optional(count, 100),
  /** How much of a script's output is kept; the rest is cut, and the cut is marked. */
  maxOutputBytes: v.optional(bytes, 128 * MiB),
  /** How many processes may be starting at once; the others wait their turn. */
  maxStarting: v.optional(count, 16),
  /** How many processes wait, booted, for a run to start in; 0: every run boots its own. */
  spares: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64)), 1),
  /** The built-in modules that a waiting process has loaded. (`cluster` and `dns` are asked for by every server's listen().) */
  spareModules: v.optional(v.array(v.string()), ['http', 'https', 'cluster', 'crypto', 'dns', 'fs/promises', 'zlib']),
  /**
   * How long a new host waits for the process of a run whose pid was never recorded to say hello, and any
   * host for the keeper of scripts to answer.
   */
  adoptTimeout: v.optional(duration, 10_000),
  /** How long a pod that is a host may take to answer a verb. */
  handlerTimeout: v.optional(duration, 30_000),
  /** How many names the path of a host within hosts may have. */
  maxHostDepth: v.optional(count, 32),
  /** How many verbs may be under way at once in the handlers of one host. */
  maxPendingVerbs: v.optional(count, 1024),
  /** How many hosts may hand a verb on to another host before one refuses it. */
  maxHops: v.optional(count, 16),
  /** How long a call of a pod's function may take unless the caller says else. */
  callTimeout: v.optional(duration, 30_000),
  /** How many commands of pods one connection may have under way at once. */
  maxCommands: v.optional(count, 16),
  /** How many lines that were typed ahead may wait for a command. */
  maxCommandInputs: v.optional(count, 256),
  /** How many people may be at the shell's own port at once, the password said or not. */
  maxShells: v.optional(count, 8),
  /** How long one may take to say the password. */
  shellLoginTimeout: v.optional(duration, 60_000),
  /** How many wrong passwords an address may give before it is shut out, and for how long. */
  shellAttempts: v.optional(count, 10),
  shellLockout: v.optional(duration, 600_000),
  /** A run's log file is rotated when it passes this size. */
  logFileBytes: v.optional(bytes, 64 * MiB),
  /** All log files of a pod together; the oldest go first. */
  logPodBytes: v.optional(bytes, 2048 * MiB),
  /** Logs of ended runs, and rotated files, go after this long. */
  logAge: v.optional(age, 14 * 86_400_000),
  /** The host's own log is rotated when it passes this size; one older file is kept. */
  hostLogBytes: v.optional(bytes, 64 * MiB),
  /** The audit log is rotated when it passes this size. */
  auditFileBytes: v.optional(bytes, 16 * MiB),
  /** How many audit logs are kept, the one that is written among them. */
  auditFiles: v.optional(count, 8),
})

export type Settings = v.InferOutput<typeof settingsSchema>

/** The settings with every default. */
export const defaultSettings: Settings = v.parse(settingsSchema, {})
