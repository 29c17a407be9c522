// Makes all that a host has for its pods. Nothing is read yet.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { type Desired, nextGeneration } from '../store/desired.ts'
import { changePod } from './change-pod.ts'
import { letGoOfPorts } from './let-go-of-ports.ts'
import { needsOf } from './needs.ts'
import type { Place } from './place.ts'
import { PodFiles } from './pod-files.ts'
import { Pods } from './pods.ts'
import { Reloads } from './reloads.ts'
import { type DueItem, Schedules } from './schedules.ts'
import { Sleepers } from './sleepers.ts'
import type { PodNeeds } from './supervisor.ts'
import type { Tenants } from './tenants.ts'
import { wakeDependents } from './wake-dependents.ts'

/** `detach` ends all waiting; processes go on. */
export type OpenPlace = Place & { detach(): Promise<void> }

/** `enqueue`: an item that is due goes to the queue of the host at `path`. */
export type PlaceNeeds = PodNeeds & { tenants: Tenants; enqueue(path: string, item: DueItem): Promise<void> }

export function openPlace(needs: PlaceNeeds): OpenPlace {
  const pods = new Pods()
  const files = new PodFiles(needs, pods)
  needs.tenants.add(needs.path, pods)
  wakeDependents(pods)
  const schedules = new Schedules(needs, {
    renew: async name => await renew(place, name),
    enqueue: async item => await needs.enqueue(needs.path, item),
  })
  const reloads = new Reloads(needs, { change: async (name, edit) => await changeKnown(place, name, edit) })
  const sleepers = new Sleepers(needs, {
    find: name => pods.find(name)?.supervisor,
    isNeeded: name => [...pods.values()].some(of => of.supervisor.isWanted && needsOf(of.supervisor).includes(name)),
    needsOf,
    keepUnsaved: ({ name }) => {
      const entry = pods.find(name)
      if (entry) files.unsaved.keepSleep(entry)
    },
  })
  const place: Place = { path: needs.path, seams: needs, pods, files, sleepers, tenants: needs.tenants }
  pods.watch({
    onChanged: supervisor => {
      schedules.look(supervisor)
      reloads.look(supervisor)
      sleepers.look(supervisor)
    },
    onStirred: supervisor => sleepers.onStirred(supervisor),
    onForgotten: name => {
      schedules.forget(name)
      sleepers.forget(name)
    },
  })
  letGoOfPorts(pods, needs)
  const detach = async () => {
    await files.unsaved.detach()
    pods.detach()
    schedules.detach()
    sleepers.detach()
  }
  return { ...place, detach }
}

/** Begins a service anew, as it was started last. */
async function renew(place: Place, name: string): Promise<void> {
  await changeKnown(place, name, desired => ({ ...desired, generation: nextGeneration(desired) }))
}

async function changeKnown(place: Place, name: string, edit: (desired: Desired) => Desired): Promise<void> {
  await changePod(place, name, desired => {
    if (!desired) throw new P8aError('pod_not_found', `There is no pod ${quote(name)}`)
    return edit(desired)
  })
}
