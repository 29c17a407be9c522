// `pods/<name>/epoch.json`: the epoch of a pod. Only the host writes it.
import * as v from 'valibot'
import type { PodPaths } from '../system/paths.ts'
import { parseState, readStateText, writeState } from './state-file.ts'

const schema = v.object({ v: v.literal(1), epoch: v.pipe(v.number(), v.integer(), v.minValue(0)) })

/** 0 if there is none. @throws {P8aError} `state_broken` */
export async function readEpoch(pod: Pick<PodPaths, 'epoch'>): Promise<number> {
  const text = await readStateText(pod.epoch)
  return text === undefined ? 0 : parseState(pod.epoch, text, schema).epoch
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeEpoch(pod: Pick<PodPaths, 'epoch'>, epoch: number): Promise<void> {
  await writeState(pod.epoch, { v: 1, epoch }, { durable: false })
}
