// Whoever calls a pod that sleeps wakes it, as whoever connects does, and waits until it is up.
import { deadline } from '../../protocol/deadline.ts'
import { parseRunId } from '../../protocol/names.ts'
import { findBehind } from './callees.ts'
import type { Place } from './place.ts'
import type { PodSupervisor } from './supervisor.ts'

/**
 * Undefined where `name` means a pod that does not sleep, or a group of which one is up: nobody waits a turn for that. Otherwise resolves
 * once it is up, cannot start, or `callTimeout` is over. Of a group all that sleep are woken.
 */
export function wakeFor(place: Place, name: string): Promise<void> | undefined {
  if (place.pods.groups.get(name)) return wakeMembers(place, name)
  const one = parseRunId(name)
  const supervisor = place.pods.find(one?.pod ?? name)?.supervisor
  // Another run is of no use to whoever means one that still ends.
  if (one && supervisor?.runs.has(one.number)) return undefined
  return supervisor && place.sleepers.wakes(supervisor) ? untilUp(place, supervisor) : undefined
}

function wakeMembers(place: Place, name: string): Promise<void> | undefined {
  const members = findBehind(place.pods, name).map(({ supervisor }) => supervisor)
  const woken = members.filter(supervisor => place.sleepers.wakes(supervisor))
  const isUp = members.some(({ state }) => state === 'up')
  return woken.length === 0 || isUp ? undefined : Promise.race(woken.map(supervisor => untilUp(place, supervisor)))
}

async function untilUp({ seams }: Place, supervisor: PodSupervisor): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const late = deadline(resolve, seams.settings.callTimeout)
  await Promise.race([supervisor.until(() => supervisor.state !== 'waiting'), promise]).finally(() =>
    clearTimeout(late),
  )
}
