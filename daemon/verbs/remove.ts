// `pod.remove`: takes a pod away with everything of it: versions, records, logs, storage.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import { removeImages } from '../image/store.ts'
import { erase, takeOutOfSight } from '../store/trash.ts'
import type { Place } from '../tree/place.ts'
import { eraseRun } from './erase-run.ts'

/** @throws {P8aError} `pod_not_found`; `pod_running` unless forced; `save_failed` */
export async function remove(place: Place, params: MethodParams<'pod.remove'>): Promise<MethodResults['pod.remove']> {
  const { name, force, run } = params
  if (run !== undefined) return await eraseRun(place, { name, run, force })
  return await place.pods.exclusively(name, async () => {
    const { supervisor } = place.pods.get(name)
    if (supervisor.hasRuns && !force) {
      throw new P8aError('pod_running', `Cannot remove pod ${quote(name)}: it is ${supervisor.state}`, {
        hint: {
          text: 'Stop it first, or remove it by force',
          do: { verb: 'remove', args: [name], options: { force: true } },
        },
        facts: { pod: name, status: supervisor.state },
      })
    }
    const releaseDependents = await place.pods.holding.holdDependents(name)
    const takeUp = await place.pods.onStopping(name)
    const stopped = await supervisor.collectEnds(async () => {
      await supervisor.hold()
      await supervisor.until(() => !supervisor.hasRuns)
    })
    const hashes = supervisor.inForce?.desired.images.map(({ hash }) => hash) ?? []
    const trash = await takeOutOfSight(place.seams.paths, name, place.seams.clock.wallMs()).catch(async error => {
      // It is as it was, and runs again if it was wanted.
      await supervisor.release()
      await takeUp()
      await releaseDependents()
      throw error
    })
    place.pods.forget(name)
    await releaseDependents()
    await eraseQuietly(place, { name, trash })
    await place.pods.onRemoved(name)
    await removeImages(place.seams.paths, place.pods.unusedOf(hashes))
    place.seams.log.info('verb', 'removed', { pod: name })
    return { name, removed: true, stopped }
  })
}

/** What follows may be cut off, or fail: it is finished at the next start. */
async function eraseQuietly({ seams }: Place, removed: { name: string; trash: string }): Promise<void> {
  await erase(seams.paths, removed).catch(error =>
    seams.log.warn('files', 'the files of a removed pod could not be removed yet', {
      pod: removed.name,
      err: error,
    }),
  )
}
