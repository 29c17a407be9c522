// The connection of a host is away for half an hour, longer than the engine keeps what nobody reads: back again it watches, is heard, is asked and
// asks as before, once, and nothing that was asked of it meanwhile is sent then.
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../test/until.ts'
import { askEngine } from '../trial/ask-engine.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'a host whose connection was away for half an hour is in the fleet as before, with no watch left behind'
export const boundMs = 2_700_000

/** What nobody has read for five minutes, the engine removes. */
const [awayMs, quickMs] = [1_800_000, 390_000]

const talking = `let bus
const all = []
export const say = text => bus.publish('news', text)
export const heard = () => all
export default (_, given) => {
  bus = given
  bus.subscribe('news', text => all.push(text))
}
`

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  const [a, , c] = fleet.hosts as [FleetHost, FleetHost, FleetHost]
  await fleet.start('web', { scale: 3 })
  await a.ask('pod.push', { name: 'talk', code: talking, file: 'talk.mjs', path: 'fleet' })
  await a.ask('pod.start', { name: 'talk', path: 'fleet', config: { scale: 3 } })
  await fleet.whole()
  await until(async () => {
    await fleet.call('talk', 'say', { at: c, args: ['before'] })
    return ((await fleet.call('talk', 'heard', { at: a })) as string[]).includes('before')
  }, 'what is said at c is heard at a')
  const { consumers } = await askEngine(fleet)
  await fleet.network.unplug(c.name)
  await until(async () => !(await c.fleet()).isUp, 'the host knows that it is alone')
  await fleet.call('talk', 'say', { at: c, args: ['meanwhile'] })
  const scaled = await c.ask('pod.scale', { name: 'web', scale: 2, path: 'fleet' }).then(
    () => 'taken',
    error => (error as { code?: string }).code,
  )
  if (scaled !== 'fleet_unavailable') throw new Error(`a change at a host that is alone was ${scaled}`)
  const forMs = t.isQuick ? quickMs : awayMs
  await delay(forMs)
  const { consumers: meanwhile } = await askEngine(fleet)
  if (meanwhile !== consumers - 1)
    throw new Error(`${meanwhile} watch while one of ${consumers} is away: what it had is left`)
  await fleet.mend()
  const begunMs = performance.now()
  for (const at of fleet.hosts) await fleet.whole({ at })
  t.measure(
    `back after ${forMs / 60_000} minutes, until all is whole`,
    `${((performance.now() - begunMs) / 1000).toFixed(1)} s`,
  )
  await until(async () => {
    await fleet.call('talk', 'say', { at: c, args: ['after'] })
    return ((await fleet.call('talk', 'heard', { at: a })) as string[]).includes('after')
  }, 'what is said at c is heard at a again')
  const heard = (await fleet.call('talk', 'heard', { at: a })) as string[]
  if (heard.includes('meanwhile')) throw new Error('what was said while the host was alone was sent once it was back')
  const { scale } = await fleet.status('web')
  if (scale !== 3) throw new Error('a change that was refused was made once the host was back')
  const { consumers: after } = await askEngine(fleet)
  t.measure('watches before, while it was away, and after', `${consumers}, ${meanwhile}, ${after}`)
  if (after !== consumers) throw new Error(`${consumers} watched before, and ${after} do after`)
}
