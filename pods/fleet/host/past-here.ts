// What a pod of the fleet used over time on this host: its runs here, and what gateways here have asked of it, wherever it answered.
import type { OwnVerbs, P8a } from 'p8a'
import { type Past, pastTogether } from '../decide/past-usage.ts'

export type PastHere = { p8a: Pick<P8a, 'verbs'>; own: Pick<OwnVerbs, 'usage'>; path: string }

/**
 * @param name of all pods of the fleet if it is left out
 * @throws {P8aError} `pod_not_found` where neither is known
 */
export async function pastHere(
  { p8a, own, path }: PastHere,
  name: string | undefined,
  signal: AbortSignal,
): Promise<Past> {
  // The path of the fleet has that of this host within it.
  if (name === undefined) return await own.usage()
  const [runs, asked] = await Promise.allSettled([
    p8a.verbs.ask('pod.usage', { path, name }, { signal }),
    own.usage(name),
  ])
  const told = [runs, asked].flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
  if (told.length === 0 && runs.status === 'rejected') throw runs.reason
  return pastTogether(told)
}
