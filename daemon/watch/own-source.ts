// What becomes of the pods of a host that are the root's to run: their supervisors tell it as it happens.
import type { PodChange } from '../../protocol/changes.ts'
import type { Place } from '../tree/place.ts'

import type { Told } from './told.ts'

/**
 * Tells what changes from now on, and first what has changed since it was told last.
 * @returns what ends it
 */
export function watchOwn(place: Place, told: Told, tell: (changes: PodChange[]) => void): () => void {
  const { path, pods } = place
  tell(told.replace(pods.all().map(({ supervisor }) => supervisor.keeping.status(place))))
  return pods.watch({
    onChanged: supervisor => tell(told.look(supervisor.keeping.status(place))),
    onEnded: ({ name }, end) => tell(told.end({ path, name }, end)),
    onForgotten: name => tell(told.remove({ path, name })),
  })
}
