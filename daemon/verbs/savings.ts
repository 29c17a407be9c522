// `host.savings`: how long pods have slept, and what that saved.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Saved } from '../../protocol/savings.ts'
import type { Slept } from '../events/sleeps.ts'
import type { Site } from './verb.ts'

const gigabyteHourMs = 1e9 * 3_600_000

export async function savings(
  { path, seams, daemon: { sleeps } }: Site,
  _params: MethodParams<'host.savings'>,
): Promise<MethodResults['host.savings']> {
  const { price, currency } = seams.settings
  const nowMs = seams.clock.wallMs()
  const slept = await sleeps.until(nowMs, path)
  const sum = (key: 'asleepMs' | 'byteMs' | 'naps') => slept.reduce((all, pod) => all + pod[key], 0)
  const pods = slept
    .filter(({ isGone }) => !isGone)
    .map(pod => ({ path: pod.path, name: pod.name, isAsleep: pod.isAsleep, ...savedOf(pod, price) }))
  return {
    since: new Date(sleeps.sinceMs ?? nowMs).toISOString(),
    pods: pods.sort((a, b) => b.gigabyteHours - a.gigabyteHours || b.asleepMs - a.asleepMs),
    total: savedOf({ asleepMs: sum('asleepMs'), byteMs: sum('byteMs'), naps: sum('naps') }, price),
    currency,
  }
}

function savedOf({ asleepMs, byteMs, naps }: Pick<Slept, 'asleepMs' | 'byteMs' | 'naps'>, price: number): Saved {
  const gigabyteHours = byteMs / gigabyteHourMs
  return { asleepMs, naps, gigabyteHours, ...(price > 0 && { price: gigabyteHours * price }) }
}
