// `pods/<name>/runs/<n>.json`: what was seen of a run, from before its process exists to after its end. Written by the
// host alone. The next host rebuilds its whole view from these.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import type { EndReason } from '../../protocol/methods.ts'
import { type PodPaths, runPaths } from '../paths.ts'
import { parseState, readStateFolder, readStateText, writeState } from './state-file.ts'

const endReasons: EndReason[] = [
  'exited',
  'killed',
  'fault',
  'stopped',
  'unhealthy',
  'start_timeout',
  'spawn_failed',
  'lost',
]
const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

const recordSchema = v.object({
  v: v.literal(1),
  /** Run id. A record in a folder of another name was copied there with its pod, and is nobody's run. */
  id: v.string(),
  slot: whole,
  spec: v.string(),
  version: whole,
  failures: whole,
  restarts: whole,
  /** Proves that a process which says hello is this run's. */
  ticket: v.string(),
  /** The boot of the machine it belongs to. */
  boot: v.string(),
  state: v.picklist(['spawning', 'starting', 'up', 'stopping', 'ended', 'lost']),
  pid: v.optional(whole),
  /** When the kernel started it, in its own units. */
  startTime: v.optional(v.string()),
  startedAt: v.string(),
  upAt: v.optional(v.string()),
  why: v.optional(v.picklist(['stopped', 'unhealthy', 'start_timeout'])),
  endedAt: v.optional(v.string()),
  end: v.optional(
    v.object({
      code: v.nullable(v.number()),
      signal: v.nullable(v.string()),
      reason: v.picklist(endReasons),
      message: v.optional(v.string()),
    }),
  ),
})

export type RunRecord = v.InferOutput<typeof recordSchema>

/** Saves a record. It is atomic, and not forced to the disk: after a loss of power its process is gone anyway. */
export async function writeRecord(pod: PodPaths, number: number, record: RunRecord): Promise<void> {
  await writeState(runPaths(pod, number).record, record, { durable: false })
}

/** All readable records of the pod `name`, newest first, with their numbers; what is broken is told to `onBroken`. */
export async function readRecords(
  name: string,
  pod: PodPaths,
  onBroken: (error: P8aError) => void,
): Promise<{ number: number; record: RunRecord }[]> {
  const numbers = await recordNumbers(pod)
  const read = await Promise.all(numbers.map(number => readRecord(name, pod, number, onBroken)))
  return read.filter(entry => entry !== undefined)
}

/** The numbers that have a record, newest first. @throws {P8aError} `state_broken` */
export async function recordNumbers(pod: PodPaths): Promise<number[]> {
  const names = await readStateFolder(pod.runs)
  const numbers = names.map(file => Number(/^(\d+)\.json$/.exec(file)?.[1] ?? Number.NaN))
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

/** Removes the oldest records of ended runs beyond `keep`. */
export async function pruneRecords(pod: PodPaths, keep: number, live: ReadonlySet<number>): Promise<void> {
  const old = (await recordNumbers(pod)).filter(number => !live.has(number)).slice(keep)
  for (const number of old) {
    await rm(runPaths(pod, number).record, { force: true })
    await rm(runPaths(pod, number).exit, { force: true })
  }
}

/** The highest run number that any file of the pod bears, so that none is used twice. */
export async function highestNumber(pod: PodPaths): Promise<number> {
  const names = await Promise.all([pod.runs, pod.logs].map(directory => readdir(join(directory)).catch(() => [])))
  return Math.max(0, ...names.flat().map(file => Number(/^(\d+)\./.exec(file)?.[1] ?? 0)))
}
