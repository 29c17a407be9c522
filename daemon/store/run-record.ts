// `pods/<name>/runs/<n>.json`: what was seen of a run, from before its process exists to after its end. Only the host
// writes it. The next host learns from these records which runs there are.
import { stat } from 'node:fs/promises'
import * as v from 'valibot'
import { limitsSchema } from '../../protocol/bounds.ts'
import { P8aError } from '../../protocol/errors.ts'
import { isolateSchema } from '../../protocol/isolate.ts'
import { maxScale } from '../../protocol/limits.ts'
import { textsSchema } from '../../protocol/texts.ts'
import { userSchema } from '../../protocol/user.ts'
import type { EndReason } from '../../protocol/words.ts'
import { type PodPaths, runPaths } from '../system/paths.ts'
import { isLink, makeFolder } from '../system/plain-file.ts'
import { removeFile } from '../system/remove-file.ts'
import { isPassing, parseState, readNames, readStateFolder, readStateText, writeState } from './state-file.ts'
import { timeSchema } from './time.ts'

const endReasons: EndReason[] = [
  'exited',
  'killed',
  'fault',
  'stopped',
  'timeout',
  'unhealthy',
  'start_timeout',
  'limit',
  'spawn_failed',
  'no_room',
  'lost',
]
const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Process 1 and below are never runs: a signal to such a group goes to all processes, or to the host's own group. */
const pid = v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(2 ** 31 - 1))

const endSchema = v.object({
  code: v.nullable(v.number()),
  signal: v.nullable(v.string()),
  reason: v.picklist(endReasons),
  message: v.optional(v.string()),
  /** What can be said of further attempts. */
  outlook: v.optional(v.picklist(['none', 'slow'])),
  /** Of a run that is `lost`: it had its code, and nobody saw it end. */
  isUnseen: v.optional(v.boolean()),
})

const scriptSchema = v.object({
  queuedAt: v.string(),
  hash: v.string(),
  params: textsSchema({ text: 'is not a text' }),
  args: v.array(v.string()),
  env: textsSchema({ text: 'is not a text' }),
  cwd: v.optional(v.string()),
  timeoutMs: v.optional(whole),
  limits: v.optional(limitsSchema),
  isolate: v.optional(isolateSchema),
  user: v.optional(userSchema),
  stopMs: whole,
  maxOutputBytes: whole,
  hasStdin: v.boolean(),
  /** Once it has ended. */
  outputBytes: v.optional(whole),
  cut: v.optional(v.boolean()),
})

export type ScriptOfRun = v.InferOutput<typeof scriptSchema>

const recordSchema = v.object({
  v: v.literal(1),
  /** Run id. A record in a folder of another name was copied there with its pod, and belongs to no run. */
  id: v.string(),
  slot: v.pipe(whole, v.maxValue(maxScale - 1)),
  spec: v.string(),
  version: whole,
  failures: whole,
  waits: v.optional(whole),
  restarts: whole,
  /** The attempt before this one, if it failed: the number of its run, and its end. */
  after: v.optional(v.object({ number: whole, end: endSchema })),
  /** Proves that a process that says hello belongs to this run. */
  ticket: v.pipe(v.string(), v.minLength(1)),
  /** The boot of the machine it belongs to. */
  boot: v.string(),
  state: v.picklist(['queued', 'spawning', 'starting', 'up', 'stopping', 'ended', 'lost']),
  pid: v.optional(pid),
  /** When the kernel started it, in its own units. */
  startTime: v.optional(v.string()),
  startedAt: timeSchema,
  upAt: v.optional(timeSchema),
  why: v.optional(v.picklist(['stopped', 'unhealthy', 'start_timeout', 'limit'])),
  /** Which limit it went beyond. */
  over: v.optional(v.string()),
  /** Of one that is stopping: another run has its place, and it finishes what it has. */
  isDraining: v.optional(v.boolean()),
  endedAt: v.optional(timeSchema),
  /**
   * Its process is a child of this keeper, and there is no link to it. `isSecond`: the keeper that has begun it is gone,
   * and this one took it up.
   */
  keeper: v.optional(
    v.object({
      ticket: v.string(),
      pid: v.optional(pid),
      startTime: v.optional(v.string()),
      isSecond: v.optional(v.boolean()),
    }),
  ),
  /** Its process is the client of an engine: what it runs is in a container. */
  isContained: v.optional(v.boolean()),
  /** For a run of a script: everything that it was started with, so that the next host can begin a run that waits. */
  script: v.optional(scriptSchema),
  end: v.optional(endSchema),
  /** When the next attempt is made, if it has to wait. */
  retryAt: v.optional(timeSchema),
})

export type RunRecord = v.InferOutput<typeof recordSchema>

/**
 * Saves a record. It is atomic, and not forced to the disk: after a power cut the process is gone anyway.
 * @param options.makesFolder whether its folder is made if it is not there
 */
export async function writeRecord(
  pod: PodPaths,
  number: number,
  record: RunRecord,
  { makesFolder = false } = {},
): Promise<void> {
  if (makesFolder) await makeFolder(pod.runs)
  else if (await isLink(pod.runs)) throw new Error(`${pod.runs} is a link, and could lead out of the data directory`)
  await writeState(runPaths(pod, number).record, record, { durable: false })
}

/**
 * All readable records of the pod `name`, newest first, with their numbers; broken ones are reported to `onBroken`.
 */
export async function readRecords(
  name: string,
  pod: PodPaths,
  onBroken: (error: P8aError) => void,
): Promise<{ number: number; record: RunRecord }[]> {
  const numbers = await recordNumbers(pod)
  const read = await Promise.all(numbers.map(number => readRecord(name, pod, number, onBroken)))
  return read.filter(entry => entry !== undefined)
}

/** The record of one run of the pod `name`; undefined where there is none, or it is broken. */
export async function readRecordOf(name: string, pod: PodPaths, number: number): Promise<RunRecord | undefined> {
  return (await readRecord(name, pod, number, () => {}))?.record
}

/** The numbers that have a record, newest first. @throws {P8aError} `state_broken` */
export async function recordNumbers(pod: PodPaths): Promise<number[]> {
  const names = await readStateFolder(pod.runs)
  const numbers = names.map(file => Number(/^([1-9]\d{0,14})\.json$/.exec(file)?.[1] ?? Number.NaN))
  return numbers.filter(number => !Number.isNaN(number)).sort((a, b) => b - a)
}

async function readRecord(name: string, pod: PodPaths, number: number, onBroken: (error: P8aError) => void) {
  const file = runPaths(pod, number).record
  try {
    const text = await readStateText(file)
    if (text === undefined) return undefined
    const record = parseState(file, text, recordSchema)
    return record.id === `${name}.${number}` ? { number, record } : undefined
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    onBroken(error)
    return undefined
  }
}

/** Removes the oldest records of ended runs beyond `keep`, and those that were written before `oldestMs`. */
export async function pruneRecords(
  pod: PodPaths,
  { keep, oldestMs, live }: { keep: number; oldestMs: number; live: ReadonlySet<number> },
): Promise<void> {
  const ended = (await recordNumbers(pod)).filter(number => !live.has(number))
  const times = await Promise.all(ended.map(number => stat(runPaths(pod, number).record).catch(() => undefined)))
  const old = ended.filter((_, index) => index >= keep || (times[index]?.mtimeMs ?? oldestMs) < oldestMs)
  for (const number of old) {
    await removeFile(runPaths(pod, number).record)
    await removeFile(runPaths(pod, number).exit)
  }
}

/**
 * The highest run number in the names of the pod's files, so that no number is used twice.
 * @throws {P8aError} `state_broken` if the system cannot read them now: a run with the number of another would take its files
 */
export async function highestNumber(pod: PodPaths): Promise<number> {
  const names = await Promise.all([pod.runs, pod.logs].map(namesOf))
  return Math.max(0, ...names.flat().map(file => Number(/^(\d{1,15})\./.exec(file)?.[1] ?? 0)))
}

/** None where something else is in its place, or nobody may read it: then nothing can be written there either. */
async function namesOf(folder: string): Promise<string[]> {
  return await readNames(folder).catch(error => {
    if (isPassing(error) && (error.cause as NodeJS.ErrnoException).code !== 'EACCES') throw error
    return []
  })
}
