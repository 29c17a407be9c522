// `pod.remove`: takes a pod away with everything of it: versions, records, logs, storage.
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Context } from '../context.ts'
import { removeImages } from '../image/store.ts'
import { saveError, syncDirectory } from '../store/state-file.ts'
import type { Pods } from '../tree/pods.ts'
import { eraseRun } from './script.ts'

/** @throws {P8aError} `pod_not_found`; `pod_running` unless forced; `save_failed` */
export async function remove(
  context: Context,
  pods: Pods,
  params: MethodParams<'pod.remove'>,
): Promise<MethodResults['pod.remove']> {
  const { name, force, run } = params
  if (run !== undefined) return await eraseRun(context, pods, { name, run, force })
  return await pods.exclusively(name, async () => {
    const { supervisor } = pods.get(name)
    if (supervisor.hasRuns && !force) {
      throw new P8aError('pod_running', `Cannot remove pod ${quote(name)}: it is ${supervisor.state}`, {
        hint: `Stop it first, or remove it with --force`,
        facts: { pod: name, status: supervisor.state },
      })
    }
    const releaseDependents = await pods.holding.holdDependents(name)
    const takeUp = await pods.onStopping(name)
    const stopped = await supervisor.collectEnds(async () => {
      await supervisor.hold()
      await supervisor.until(() => !supervisor.hasRuns)
    })
    const hashes = supervisor.inForce?.desired.images.map(({ hash }) => hash) ?? []
    const trash = await takeOutOfSight(context, name).catch(async error => {
      // It is as it was, and runs again if it was wanted.
      await supervisor.release()
      await takeUp()
      await releaseDependents()
      throw error
    })
    pods.forget(name)
    await releaseDependents()
    await erase(context, { name, trash })
    await pods.onRemoved(name)
    await removeImages(context.paths, pods.unusedOf(hashes))
    context.log.info('verb', 'removed', { pod: name })
    return { name, removed: true, stopped }
  })
}

/** One rename takes it out of sight, or leaves it as it was. @returns where it is then */
async function takeOutOfSight(context: Context, name: string): Promise<string> {
  const { pods } = context.paths
  const { dir } = context.paths.pod(name)
  const trash = join(pods, trashName(name, context.clock.wallMs()))
  try {
    await rename(dir, trash).catch(ignoreMissing)
    await syncDirectory(pods)
    return trash
  } catch (error) {
    // Either of the two may have failed after the folder was moved.
    await rename(trash, dir).catch(() => {})
    throw saveError(dir, error)
  }
}

/** What follows may be cut off, or fail: it is finished at the next start. */
async function erase(context: Context, { name, trash }: { name: string; trash: string }): Promise<void> {
  try {
    await rm(context.paths.pod(name).logs, { recursive: true, force: true })
    await rm(trash, { recursive: true, force: true })
  } catch (error) {
    context.log.warn('files', 'what is left of a removed pod could not be removed yet', { pod: name, err: error })
  }
}

function trashName(name: string, nowMs: number): string {
  return `.removed-${name}-${nowMs}`
}

/** The pod whose folder bears such a name. */
export function removedName(trash: string): string | undefined {
  return /^\.removed-(.+)-\d+$/.exec(trash)?.[1]
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
