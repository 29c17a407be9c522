// A pod that a fleet has brought to this host: the fleet says what runs here, so that what is done to it alone does not last. Pure.
import type { PodStatus } from './words.ts'

/** Which a fleet gives to what it brings; its value is its own. */
const label = 'p8a/fleet'

/** The full name of the pod of the fleet of which this one is a part: `fleet.web` for `fleet.a.web`; undefined for any other pod. */
export function wholeOf({ path, name, labels }: Pick<PodStatus, 'path' | 'name' | 'labels'>): string | undefined {
  const fleet = path.slice(0, Math.max(0, path.lastIndexOf('.')))
  return fleet === '' || labels?.[label] === undefined ? undefined : `${fleet}.${name}`
}
