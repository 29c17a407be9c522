// Changes what is wanted of a pod: saved first, then in force. One change of a pod at a time.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { inForceOf } from '../pod/in-force.ts'
import { type Desired, specOf, withoutReload } from '../store/desired.ts'
import { makePodFolder } from '../store/pod-folder.ts'
import type { Place } from './place.ts'
import type { PodEntry } from './pods.ts'
import { readImages } from './read-images.ts'
import { tellAside } from './unsaved.ts'

/** Gets what is wanted, undefined of a pod that is new or whose file is broken; may throw to refuse. */
export type Edit = (desired: Desired | undefined) => Desired | Promise<Desired>

/**
 * Makes the pod where there is none.
 * @param options.needsRoom whether it is refused on a full disk; what ends a run is done all the same, and saved once there is room
 * @throws {P8aError} `host_gone` while the host ends what runs; `state_broken`, `quota_exceeded`, `no_space`, `save_failed`; what `edit` throws
 */
export async function changePod(
  { path, seams, pods, files, tenants }: Place,
  name: string,
  edit: Edit,
  options: { needsRoom?: boolean } = {},
): Promise<PodEntry> {
  return await pods.turns.take(name, async () => {
    if (pods.holding.isLeaving)
      throw new P8aError('host_gone', `Cannot change pod ${quote(name)}: the host is stopping`)
    const known = pods.find(name)
    if (known) await files.reread(known)
    const entry = pods.find(name) ?? (await files.make(name))
    // One whose image is damaged is not in force; what is wanted of it is known all the same, and must not be lost.
    const before = entry.supervisor.inForce?.desired ?? entry.file.desired
    const desired = unlessOtherwise(before, await edit(before))
    refuseKilled(name, before, desired)
    const images = await readImages(seams.paths, desired, entry.file.file)
    // One that is known was just read from there.
    const isNew = pods.find(name) === undefined
    const unclaim = tenants.claim(path, name, inForceOf(desired, images.image, images.next))
    try {
      if (isNew) await makePodFolder(seams, name)
      const aside = await save(entry, desired, options)
      if (aside) tellAside(seams, { pod: name, aside })
      if (isNew) pods.add(entry)
      await entry.supervisor.apply(desired, images)
      if (!entry.file.isSaved) files.unsaved.keep(entry)
      return entry
    } finally {
      unclaim()
    }
  })
}

/** @returns the new name of a file that could not be read */
async function save(
  { file }: PodEntry,
  desired: Desired,
  { needsRoom = true }: { needsRoom?: boolean },
): Promise<string | undefined> {
  try {
    return await file.write(desired)
  } catch (error) {
    if (needsRoom || (error as P8aError).code !== 'no_space') throw error
    file.keep(desired)
    return undefined
  }
}

/** Only a start, which takes the mark away, brings back what was killed. */
function refuseKilled(name: string, before: Desired | undefined, { want, killed }: Desired): void {
  if (before?.killed === undefined || killed === undefined || want !== 'up') return
  throw new P8aError('pod_not_up', `Cannot bring up pod ${quote(name)}: it was killed at ${killed}, and stays down`, {
    hint: { text: 'If it may run again', do: { verb: 'start', args: [name] } },
    facts: { pod: name, killed },
  })
}

/** A reload ends where it is if something else is asked for meanwhile. */
function unlessOtherwise(before: Desired | undefined, desired: Desired): Desired {
  if (!before?.reload || desired.reload !== before.reload) return desired
  return desired.want === 'up' && specOf(desired) === specOf(before) ? desired : withoutReload(desired)
}
