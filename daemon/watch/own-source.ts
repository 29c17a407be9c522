// The changes of pods that the root runs: their supervisors tell them as they happen.
import type { PodChange } from '../../protocol/changes.ts'
import type { Place } from '../tree/place.ts'

import type { Told } from './told.ts'

/** Tells each change from now on, and first the changes since the last time. @returns a function that ends it */
export function watchOwn(place: Place, told: Told, tell: (changes: PodChange[]) => void): () => void {
  const { path, pods } = place
  tell(told.replace(pods.all().map(({ supervisor }) => supervisor.keeping.status(place))))
  return pods.watch({
    onChanged: supervisor => tell(told.look(supervisor.keeping.status(place))),
    onEnded: ({ name }, end) => tell(told.end({ path, name }, end)),
    onForgotten: name => tell(told.remove({ path, name })),
  })
}
