// Calls from host to host while all servers of the engine are gone.
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../clock.ts'
import { BenchFleet } from '../fleet-of.ts'
import type { Row } from './row.ts'

const everyMs = 50
const goneMs = { full: 600_000, quick: 60_000 }

export const fleetLost: Row = {
  id: 'fleet-lost',
  title: 'a fleet without its engine',
  how: 'Three hosts call a pod that one of them has, each 20 times a second over its socket, before, while and after all three servers of NATS are killed and stay away for ten minutes (with --quick one): calls are those that were begun from the kill on. The pod has to be the same process in the end.',
  figures: [
    { id: 'failed', title: 'engine lost for ten minutes: calls that failed', unit: 'calls', aim: '0' },
    { id: 'calls', title: 'of so many calls', unit: 'calls', aim: '' },
    { id: 'restarts', title: 'engine lost: runs that began anew', unit: 'starts', aim: '0' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    await using fleet = await BenchFleet.open(session, { hosts: 3 })
    await fleet.start('called', { file: 'called.mjs', config: { on: { tag: 'b' } } })
    const pidOf = async () =>
      (await until(async () => await fleet.placeOf('called', fleet.first), { what: 'it is up' })).pid
    const before = await pidOf()
    let [calls, failed, isOver] = [0, 0, false]
    const calling = fleet.hosts.map(async host => {
      while (!isOver) {
        calls++
        await fleet.call(host, 'called', { fn: 'add', args: [1, 2] }).catch(() => failed++)
        await delay(everyMs)
      }
    })
    try {
      await until(() => calls > 100, { what: 'they call' })
      if (failed > 0) throw new Error(`${failed} of ${calls} calls failed before the engine was lost`)
      calls = 0
      for (const at of fleet.nats.servers.keys()) await fleet.nats.kill(at)
      await delay(session.options.isQuick ? goneMs.quick : goneMs.full)
      for (const at of fleet.nats.servers.keys()) await fleet.nats.start(at)
      for (const host of fleet.hosts) await fleet.whole(host)
    } finally {
      isOver = true
      await Promise.all(calling)
    }
    session.samples.add('failed', failed)
    session.samples.add('calls', calls)
    session.samples.add('restarts', Number((await pidOf()) !== before))
  },
}
