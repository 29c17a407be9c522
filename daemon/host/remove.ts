// `pod.remove`: takes a pod away with everything of it: versions, records, logs, storage.
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Context } from '../context.ts'
import { removeImages } from '../image/store.ts'
import { saveError, syncDirectory } from '../store/state-file.ts'
import type { Pods } from './pods.ts'

/** @throws {P8aError} `pod_not_found`; `pod_running` unless forced; `save_failed` */
export async function remove(
  context: Context,
  pods: Pods,
  params: MethodParams<'pod.remove'>,
): Promise<MethodResults['pod.remove']> {
  const { name, force } = params
  return await pods.exclusively(name, async () => {
    const { supervisor } = pods.get(name)
    if (supervisor.hasRuns && !force) {
      throw new P8aError('pod_running', `Cannot remove pod ${quote(name)}: it is ${supervisor.state}`, {
        hint: `Stop it first, or remove it with --force`,
        facts: { pod: name, status: supervisor.state },
      })
    }
    await pods.onStopping(name)
    const stopped = await supervisor.collectEnds(async () => {
      await supervisor.hold()
      await supervisor.until(() => !supervisor.hasRuns)
    })
    const hashes = supervisor.inForce?.desired.images.map(({ hash }) => hash) ?? []
    pods.forget(name)
    await erase(context, name)
    await pods.onRemoved(name)
    await removeImages(context.paths, pods.unusedOf(hashes))
    context.log.info('verb', 'removed', { pod: name })
    return { name, removed: true, stopped }
  })
}

/** One rename takes it out of sight; what follows may be cut off and is finished at the next start. */
async function erase(context: Context, name: string): Promise<void> {
  const { dir, logs } = context.paths.pod(name)
  const trash = join(context.paths.pods, trashName(name, context.clock.wallMs()))
  try {
    await rename(dir, trash).catch(ignoreMissing)
    await syncDirectory(context.paths.pods)
    await rm(logs, { recursive: true, force: true })
    await rm(trash, { recursive: true, force: true })
  } catch (error) {
    throw saveError(dir, error)
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
