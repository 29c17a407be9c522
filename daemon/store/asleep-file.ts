// `pods/<name>/asleep.json`: that a pod sleeps. Only the host writes it. It counts for the generation that it names alone: whatever
// begins the pod anew wakes it.
import * as v from 'valibot'
import type { PodPaths } from '../system/paths.ts'
import { removeFile } from '../system/remove-file.ts'
import { parseState, readStateText, writeState } from './state-file.ts'
import { timeSchema } from './time.ts'

const schema = v.object({
  v: v.literal(1),
  since: timeSchema,
  generation: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Somebody put it to sleep: what is under way does not keep it awake. */
  isForced: v.optional(v.boolean()),
})

export type Asleep = v.InferOutput<typeof schema>

/** Undefined if there is none. @throws {P8aError} `state_broken` */
export async function readAsleep(pod: Pick<PodPaths, 'asleep'>): Promise<Asleep | undefined> {
  const text = await readStateText(pod.asleep)
  return text === undefined ? undefined : parseState(pod.asleep, text, schema)
}

/** If it is lost, the pod is awake. @throws {P8aError} `no_space`, `save_failed` */
export async function writeAsleep(pod: Pick<PodPaths, 'asleep'>, asleep: Asleep): Promise<void> {
  await writeState(pod.asleep, asleep, { durable: false })
}

export async function removeAsleep(pod: Pick<PodPaths, 'asleep'>): Promise<void> {
  await removeFile(pod.asleep)
}
