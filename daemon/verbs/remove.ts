// `pod.remove`: takes a pod away with everything of it: versions, records, logs, storage, and the hosts that it has made.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { parseRunId, quote } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import { removeImages } from '../image/store.ts'
import { erase, takeOutOfSight } from '../store/trash.ts'
import { holdHostsOf, removeHostsOf } from '../tree/hosts-of-pod.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { eraseRun } from './erase-run.ts'
import { forgetItems } from './forget-items.ts'
import { leaveGroups } from './group.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found`; `pod_running` unless forced; `save_failed` */
export async function remove(site: Site, params: MethodParams<'pod.remove'>): Promise<MethodResults['pod.remove']> {
  const { name, force, run } = params
  if (run !== undefined) return await eraseRun(site, { name, run, force })
  const { path, pods, seams, daemon } = site
  return await pods.turns.take(name, async () => {
    const { supervisor } = pods.get(name)
    if (supervisor.hasRuns && !force) throw isRunning(supervisor)
    const hashes = supervisor.inForce?.desired.images.map(({ hash }) => hash) ?? []
    const { trash, stopped } = await endAndHide(site, supervisor)
    const items = await forgetItems(site, name)
    await eraseQuietly(site, { name, trash })
    await removeHostsOf(daemon.hosts, { path, pod: name })
    await leaveGroups(site, name)
    await removeImages(seams.paths, pods.images.unusedOf(hashes))
    void site.files.sweep()
    const left = pushedBy(site, name)
    seams.log.info('verb', 'removed', { pod: name })
    return { name, removed: true, stopped, ...(items > 0 && { items }), ...(left.length > 0 && { left }) }
  })
}

/** Pods whose newest version a run of this pod has pushed. */
function pushedBy({ pods }: Site, name: string): string[] {
  const all = pods.all().map(({ supervisor }) => supervisor)
  const left = all.filter(({ inForce }) => parseRunId(inForce?.desired.images.at(-1)?.by ?? '')?.pod === name)
  return left.map(pod => pod.name)
}

/** Ends a pod's runs, after those of all that needs it, and takes it out of sight. Where that fails, all runs again. */
async function endAndHide(
  { path, pods, seams, daemon }: Site,
  supervisor: PodSupervisor,
): Promise<{ trash: string; stopped: RunEnd[] }> {
  const { name } = supervisor
  const releaseDependents = await pods.holding.holdDependents(name)
  const releaseHosts = await holdHostsOf(daemon.hosts, { path, pod: name })
  const stopped = await supervisor.collectEnds(async () => {
    await supervisor.hold()
    await supervisor.until(() => !supervisor.hasRuns)
  })
  const trash = await takeOutOfSight(seams.paths, name, seams.clock.wallMs()).catch(async error => {
    await supervisor.release()
    await releaseHosts()
    await releaseDependents()
    throw error
  })
  pods.forget(name)
  await releaseDependents()
  return { trash, stopped }
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

function isRunning({ name, state }: PodSupervisor): P8aError {
  return new P8aError('pod_running', `Cannot remove pod ${quote(name)}: it is ${state}`, {
    hint: {
      text: 'Stop it first, or remove it by force',
      do: { verb: 'remove', args: [name], options: { force: true } },
    },
    facts: { pod: name, status: state },
  })
}
