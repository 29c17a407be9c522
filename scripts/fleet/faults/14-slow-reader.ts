// A pod streams to one on another host that reads slowly: calls of the pod that streams take at most three times as long meanwhile as they do alone.
import { until } from '../../../test/until.ts'
import type { TrialFleet } from '../trial/fleet.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'while a stream flows to a slow reader on another host, calls take at most three times as long (p99)'
export const boundMs = 600_000

/** Alone and beside the stream by turns, so that what else the machine does is in both. */
const [turns, callsEach] = [8, 150]
const mostTimes = 3

const source = `export const who = () => process.pid
export async function* pour() { for (;;) yield Buffer.alloc(65536) }
export default () => {}
`
const reader = `let p8a
let [taken, isReading] = [0, false]
export const begin = () => { isReading = true; void read() }
export const count = () => taken
export const end = () => { isReading = false; return taken }
const read = async () => {
  for await (const part of p8a.pod('source').pour()) {
    taken += part.length
    await new Promise(resolve => setTimeout(resolve, 100))
    if (!isReading) break
  }
}
export default (_, __, given) => { p8a = given }
`

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  const [a, b, c] = fleet.hosts as [FleetHost, FleetHost, FleetHost]
  await only(fleet, { at: a, name: 'source', code: source })
  await only(fleet, { at: b, name: 'reader', code: reader })
  await fleet.whole()
  await timed(fleet, c)
  const alone: number[] = []
  const beside: number[] = []
  let taken = 0
  for (let turn = 0; turn < turns; turn++) {
    alone.push(...(await timed(fleet, c)))
    await fleet.call('reader', 'begin', { at: b })
    const before = taken
    await until(async () => (await countAt(fleet, b)) > before, 'it reads')
    beside.push(...(await timed(fleet, c)))
    taken = (await fleet.call('reader', 'end', { at: b })) as number
  }
  const [one, other] = [p99Of(alone), p99Of(beside)]
  t.measure('read meanwhile', `${(taken / 2 ** 20).toFixed(1)} MiB`)
  t.measure('a call takes, p99', `${one.toFixed(1)} ms alone, ${other.toFixed(1)} ms beside the stream`)
  if (other > mostTimes * one) throw new Error(`it is ${(other / one).toFixed(1)} times as long`)
}

/** How much the reader has taken. */
async function countAt(fleet: TrialFleet, at: FleetHost): Promise<number> {
  return (await fleet.call('reader', 'count', { at })) as number
}

/** Places a pod on that host alone. */
async function only(
  fleet: TrialFleet,
  { at, name, code }: { at: FleetHost; name: string; code: string },
): Promise<void> {
  const others = fleet.hosts.filter(host => host !== at)
  for (const { name: other } of others) await at.ok('fleet', 'cordon', other)
  await at.ask('pod.push', { name, code, file: `${name}.mjs`, path: 'fleet' })
  await at.ask('pod.start', { name, path: 'fleet' })
  for (const { name: other } of others) await at.ok('fleet', 'uncordon', other)
}

async function timed(fleet: TrialFleet, at: FleetHost): Promise<number[]> {
  const tookMs: number[] = []
  for (let call = 0; call < callsEach; call++) {
    const begunMs = performance.now()
    await fleet.call('source', 'who', { at })
    tookMs.push(performance.now() - begunMs)
  }
  return tookMs
}

const p99Of = (ms: number[]): number => ms.toSorted((a, b) => a - b)[Math.floor(ms.length * 0.99)] ?? 0
