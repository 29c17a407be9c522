// The identity of a run that asks for a verb.
import { joinPath, runId } from '../../protocol/names.ts'
import type { Asker } from '../../protocol/words.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { Place } from '../tree/place.ts'

type Asking = { place: Place; pod: string; live: LiveRun }

/** It may do what its pod's config says, on its own host and within. */
export function askerOf({ place, pod, live }: Asking): Asker {
  const role = place.pods.find(pod)?.supervisor.inForce?.config.may ?? 'read'
  return { name: joinPath(place.path, runId(pod, live.ref.number)), role, path: place.path }
}

/** In a host of its own, at `path`, it may do everything. */
export function ownerOf(asking: Asking, path: string): Asker {
  return { ...askerOf(asking), role: 'admin', path }
}
