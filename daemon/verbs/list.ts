// `pod.list`: how all pods are, by name.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Place } from '../tree/place.ts'

import { addUsage } from './usage.ts'

export async function list(place: Place, { usage }: MethodParams<'pod.list'>): Promise<MethodResults['pod.list']> {
  const pods = place.pods.all().map(({ supervisor }) => supervisor.keeping.status(place))
  if (usage) await Promise.all(pods.map(addUsage))
  return { pods }
}
