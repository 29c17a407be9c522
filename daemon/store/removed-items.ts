// A note for the queue, which was not up: a pod was removed at that time, and its items are to go.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PodPaths } from '../system/paths.ts'
import { writeState } from './state-file.ts'

/** @param queue where the pod that keeps the queues has its files */
export async function noteRemoved(queue: Pick<PodPaths, 'storage'>, name: string, atMs: number): Promise<void> {
  const folder = join(queue.storage, 'forget')
  await mkdir(folder, { recursive: true })
  await writeState(join(folder, name), atMs, { durable: true })
}
