// The servers of the engine are on the three hosts themselves, with TLS. Machines lose their power, and are cut off, with their servers: with one of them the
// fleet goes on, and with two nothing is begun twice.
import { until } from '../../../test/until.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title = 'a machine that is lost with its server stops no fleet; without two of them nothing lives twice'
export const boundMs = 900_000

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet({ isOwn: true })
  await fleet.start('web', { scale: 3 })
  for (const name of ['only-1', 'only-2', 'only-3']) await fleet.start(name, { exclusive: true })
  await fleet.whole()
  const [first, ...others] = fleet.hosts as [FleetHost, ...FleetHost[]]
  for (const host of others) {
    const what = host === others[0] ? 'without power' : 'cut off'
    const begunMs = performance.now()
    if (what === 'cut off') await fleet.network.unplug(host.name)
    else await host.powerOff()
    await fleet.whole({ without: [host.name], at: first })
    t.measure(
      `host ${host.name} ${what}, with its server: all is elsewhere`,
      `${((performance.now() - begunMs) / 1000).toFixed(1)} s`,
    )
    fleet.checkAlone()
    await fleet.mend()
    await fleet.whole()
    fleet.checkAlone()
  }
  // The one that keeps the engine, and then another one too.
  const [second, third] = others as [FleetHost, FleetHost]
  await first.powerOff()
  await until(
    async () =>
      (await second.fleet().catch(() => undefined))?.hosts.find(({ name }) => name === first.name)?.status === 'gone',
    'the others are without the keeper',
    { forMs: 120_000 },
  )
  await fleet.whole({ without: [first.name], at: second })
  fleet.checkAlone()
  const survivor = (await fleet.places('web', second)).includes(second.name) ? second : third
  const pidsThere = async () =>
    (await fleet.status('web', survivor)).runs
      .filter(({ id }) => id.startsWith(`${survivor.name}.`))
      .map(({ pid }) => pid)
  const before = await pidsThere()
  await (survivor === second ? third : second).powerOff()
  const isWithout = async () => {
    const { isUp, problem } = await survivor.fleet()
    return !isUp || problem !== ''
  }
  await until(isWithout, 'it is noticed that most of the servers are gone', { forMs: 120_000 })
  if (before.length === 0 || (await pidsThere()).join() !== before.join())
    throw new Error('what is not exclusive does not go on where it is')
  fleet.checkAlone()
  const begunMs = performance.now()
  await fleet.mend()
  await fleet.whole()
  t.measure('two machines are back: whole', `${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
  fleet.checkAlone()
}
