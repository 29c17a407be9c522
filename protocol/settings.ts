// The settings of a host: all its limits, by name, with their defaults. They stand in `<data>/host.json`.
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

/** No timer waits for an age, so it may be as long as anyone likes. */
const age = v.pipe(
  v.union([v.number(), v.string()]),
  v.check(value => durationMs(value, Number.MAX_SAFE_INTEGER) !== undefined, 'is not a duration'),
  v.transform(value => durationMs(value, Number.MAX_SAFE_INTEGER) as number),
)

const MiB = 1024 * 1024

export const settingsSchema = v.strictObject({
  /** The largest image that may be pushed, code and source map together. */
  maxImageBytes: v.optional(bytes, 64 * MiB),
  /** The largest file of a folder that may be pushed. */
  maxFileBytes: v.optional(bytes, 64 * MiB),
  /** How much a folder that is pushed may hold, and how many files. */
  maxTreeBytes: v.optional(bytes, 512 * MiB),
  maxTreeFiles: v.optional(count, 100_000),
  /** The largest pack that `git push` may send. */
  maxGitPackBytes: v.optional(bytes, 512 * MiB),
  /** How long each step of a build may take. */
  buildTimeout: v.optional(duration, 600_000),
  /** The longest line that a client may send once it is authorized; a push must fit into it. */
  maxLineBytes: v.optional(bytes, 96 * MiB),
  /** The longest line before that. */
  maxUnauthorizedLineBytes: v.optional(bytes, 8 * 1024),
  /** How long a connection may take to authorize itself. */
  authTimeout: v.optional(duration, 10_000),
  /** How many connections may be open at once over TCP. */
  maxConnections: v.optional(count, 1024),
  /**
   * How many of them may not be authorized yet. If there are more, the oldest one of the address that has the most is
   * closed.
   */
  maxUnauthorizedConnections: v.optional(count, 256),
  /** How long a connection over TCP may go without a request, while none is under way. */
  idleTimeout: v.optional(duration, 3_600_000),
  /**
   * The names at which browsers may reach the host over HTTP in the clear, beside localhost, addresses and the name of the
   * machine, and the names of proxies before it.
   */
  webNames: v.optional(v.array(v.pipe(v.string(), v.toLowerCase())), []),
  /** The addresses from which `GET /metrics` is answered without a token. */
  metricsFrom: v.optional(v.array(v.pipe(v.string(), v.toLowerCase())), []),
  /** How long the token of a page lives for which `pod page` has given a link. */
  pageTokenLife: v.optional(duration, 12 * 3_600_000),
  /** How long such a link counts until it is opened. */
  pageLinkLife: v.optional(duration, 60_000),
  /** How long the answer to a wrong token waits. */
  wrongTokenDelay: v.optional(duration, 500),
  /**
   * How many wrong tokens may come from one address within `wrongTokenWindow`, before the host looks at no token from
   * there.
   */
  maxWrongTokens: v.optional(count, 20),
  /** How long wrong tokens count, and how long an address is refused, from its first one on. */
  wrongTokenWindow: v.optional(duration, 60_000),
  /** How many bytes of answers may wait for a client that does not read before it is cut off. */
  maxUnreadBytes: v.optional(bytes, 128 * MiB),
  /** And for all clients together, before the one that has the most is cut off. */
  maxUnreadBytesInAll: v.optional(bytes, 512 * MiB),
  /**
   * How many bytes may be in memory that are being read for answers. One client gets at most a quarter; what is more
   * waits.
   */
  maxReadingBytes: v.optional(bytes, 256 * MiB),
  /** How long it waits before the request is refused. */
  readingPatience: v.optional(duration, 30_000),
  /** How much text of a log one answer may hold; a stream has no such limit. */
  maxLogAnswerBytes: v.optional(bytes, 32 * MiB),
  /** The longest line of a client whose role is `read`. */
  maxReadLineBytes: v.optional(bytes, MiB),
  /** How many tokens whoever is confined to a path may make there and within. */
  maxPathTokens: v.optional(count, 256),
  /** How many connections one token may have open at once, each request over HTTP counted as one. */
  maxTokenConnections: v.optional(count, 512),
  /** How many requests of one token may be under way at once, over all its connections. */
  maxTokenRequests: v.optional(count, 16_384),
  /** How many requests of one token that only read are at work at once; the others wait, while those of others have their turn. */
  maxTokenReads: v.optional(count, 32),
  /** How many requests of one token may be streams: of logs, of output, of changes. */
  maxTokenStreams: v.optional(count, 256),
  /** How many requests over HTTP may wait on one connection for the answers to those before them; with more, it is closed. */
  maxPipelinedRequests: v.optional(count, 64),
  /** How many requests of one connection may be under way at once. */
  maxPendingRequests: v.optional(count, 1024),
  /** How many versions of a pod are kept; the one in force is always kept. */
  keepVersions: v.optional(count, 50),
  /** How many starts, restarts, reloads and rollbacks of a pod are kept, with what came of each. */
  keepDeploys: v.optional(count, 50),
  /** How long the lines may be that show what changed between two versions. */
  maxDiffBytes: v.optional(bytes, MiB),
  /** How many records of ended runs are kept for each pod. */
  keepRuns: v.optional(count, 100),
  /** The same for runs of a script, each with its output. */
  keepScriptRuns: v.optional(count, 1000),
  /** Records of ended runs are removed after this long. */
  runAge: v.optional(age, 30 * 86_400_000),
  /** How many scripts of a host, those within it too, may run at once; the others wait in the order they were started. */
  maxScripts: v.optional(count, 100),
  /** How many of one pod, unless its scale sets another number. */
  maxPodScripts: v.optional(count, 100),
  /** How much of a script's output is kept; the rest is cut, and the cut is marked. */
  maxOutputBytes: v.optional(bytes, 128 * MiB),
  /** How often cpu, memory, requests and lag of pods are measured for what `pod.usage` tells; 0: never. */
  usageInterval: v.optional(duration, 30_000),
  /** How often the memory and the processes of runs that have limits are looked at. */
  limitInterval: v.optional(v.pipe(duration, v.minValue(10, 'must be at least 10 ms')), 1000),
  /**
   * How many descriptors are kept for clients and the host's own files: a run that would take one of them is not
   * started. At most a sixth of those that the host may have.
   */
  keptDescriptors: v.optional(count, 32),
  /** How often to look for edits of `pod.json` where the kernel has no more watches for this user (inotify). */
  editLookInterval: v.optional(duration, 10_000),
  /** How many processes may be starting at once; the others wait their turn. */
  maxStarting: v.optional(count, 16),
  /** How many processes wait, booted, for a run to start in; 0: every run boots its own. */
  spares: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64)), 1),
  /** The built-in modules that a waiting process has loaded. (Every server's listen() needs `cluster` and `dns`.) */
  spareModules: v.optional(v.array(v.string()), ['http', 'https', 'cluster', 'crypto', 'dns', 'fs/promises', 'zlib']),
  /**
   * How long a new host waits for the process of a run whose pid was never recorded to say hello, and any
   * host for the keeper of scripts to answer.
   */
  adoptTimeout: v.optional(duration, 10_000),
  /** How long connections to a pod that sleeps wait for a host while there is none; then they are closed. */
  wakeWait: v.optional(duration, 5 * 60_000),
  /** How long the host that takes the place of this one may take to boot, and then to be up. */
  upgradeTimeout: v.optional(duration, 15_000),
  /** How long it may be silent meanwhile, before this version comes back. */
  upgradePatience: v.optional(duration, 700),
  /** How long the host that leaves waits for each step of a connection that has not asked anything yet, such as a handshake. */
  arrivalTimeout: v.optional(duration, 1000),
  /** How long a pod that is a host may take to answer a verb. */
  handlerTimeout: v.optional(duration, 30_000),
  /** How many names the path of a host within hosts may have. */
  maxHostDepth: v.optional(count, 32),
  /** How many verbs may be under way at once in the handlers of one host. */
  maxPendingVerbs: v.optional(count, 1024),
  /** How many hosts may pass a verb on to another host before one refuses it. */
  maxHops: v.optional(count, 16),
  /** How long a call of a pod's function may take, unless the caller sets a timeout. */
  callTimeout: v.optional(duration, 30_000),
  /** How many commands of pods one connection may have under way at once. */
  maxCommands: v.optional(count, 16),
  /** How many lines that were typed ahead may wait for a command. */
  maxCommandInputs: v.optional(count, 256),
  /** How many people may be at the shell's own port at once. */
  maxShells: v.optional(count, 8),
  /**
   * How many connections there may wait for a password. If there are more, the oldest one of the address that has the most
   * is closed.
   */
  maxShellLogins: v.optional(count, 32),
  /** How long a person may take to give the password. */
  shellLoginTimeout: v.optional(duration, 60_000),
  /** How many wrong passwords an address may give before it is refused, and for how long. */
  shellAttempts: v.optional(count, 10),
  shellLockout: v.optional(duration, 600_000),
  /** A run's log file is rotated when it passes this size. */
  logFileBytes: v.optional(bytes, 64 * MiB),
  /** All log files of a pod together; the oldest go first. */
  logPodBytes: v.optional(bytes, 2048 * MiB),
  /** Logs of ended runs, and rotated files, are removed after this long. */
  logAge: v.optional(age, 14 * 86_400_000),
  /** The host's own log is rotated when it passes this size; one older file is kept. */
  hostLogBytes: v.optional(bytes, 64 * MiB),
  /** The audit log is rotated when it passes this size. */
  auditFileBytes: v.optional(bytes, 16 * MiB),
  /** How many audit logs are kept, including the current one. */
  auditFiles: v.optional(count, 8),
  /** A file of the journal of events, before the next one begins. */
  eventFileBytes: v.optional(bytes, 4 * MiB),
  /** How many of these files are kept, and how long. */
  eventFiles: v.optional(count, 16),
  eventAge: v.optional(age, 90 * 86_400_000),
  /** What memory of a gigabyte costs for an hour, for what `pod savings` tells; 0: it tells no price. */
  price: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  /** The name of the money in which that is. */
  currency: v.optional(v.pipe(v.string(), v.maxLength(16)), 'USD'),
  /** How many webhooks there may be. */
  maxHooks: v.optional(count, 32),
  /** How long whoever a webhook tells may take to answer. */
  hookTimeout: v.optional(duration, 10_000),
  /** How often an event is sent in vain before the webhook goes on with the next one, and how long it waits at most before each. */
  hookAttempts: v.optional(count, 12),
  hookMaxDelay: v.optional(duration, 600_000),
  /** How many refused or failed verbs of one client are written into it within `auditRefusalWindow`; others are counted. */
  auditRefusals: v.optional(count, 20),
  /** How long refusals are counted before their number is written. */
  auditRefusalWindow: v.optional(duration, 600_000),
})

export type Settings = v.InferOutput<typeof settingsSchema>

/** The settings with every default. */
export const defaultSettings: Settings = v.parse(settingsSchema, {})
