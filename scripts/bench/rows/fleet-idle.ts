// What the fleet pod of a host costs while nothing happens.
import { setTimeout as delay } from 'node:timers/promises'
import { BenchFleet } from '../fleet-of.ts'
import { cpuMs, memoryOf } from '../processes.ts'
import type { Row } from './row.ts'

const windowMs = { full: 60_000, quick: 15_000 }
const settleMs = 5000
const calls = 500

export const fleetIdle: Row = {
  id: 'fleet-idle',
  title: 'a fleet pod at rest',
  how: 'Three hosts, three servers of NATS, one pod: memory (`smaps_rollup`) and CPU time of the fleet pod of a host that has it, and does nothing but beat. First as it has begun, then after 500 calls from another host, with a time to rest before each.',
  figures: [
    { id: 'rss', title: 'fleet pod at rest: RSS', unit: 'MB', aim: 'under 60 MB' },
    { id: 'private', title: 'fleet pod at rest: private', unit: 'MB', aim: '' },
    { id: 'cpu', title: 'fleet pod at rest: share of a core', unit: '%', aim: 'under 1 %' },
    { id: 'called-rss', title: 'after 500 calls: RSS', unit: 'MB', aim: 'under 60 MB' },
    { id: 'called-private', title: 'after 500 calls: private', unit: 'MB', aim: '' },
    { id: 'called-cpu', title: 'after 500 calls: share of a core', unit: '%', aim: 'under 1 %' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    await using fleet = await BenchFleet.open(session, { hosts: 3 })
    await fleet.start('called', { file: 'called.mjs', config: { on: { tag: 'a' } } })
    await fleet.start('caller', { file: 'caller.mjs', config: { on: { tag: 'b' } } })
    const pid = await fleet.fleetPid(fleet.first)
    const lookMs = session.options.isQuick ? windowMs.quick : windowMs.full
    const note = async (when: string) => {
      await delay(settleMs)
      const before = cpuMs(pid)
      await delay(lookMs)
      session.samples.add(`${when}cpu`, ((cpuMs(pid) - before) / lookMs) * 100)
      const { rssMB, privateMB } = memoryOf(pid)
      session.samples.add(`${when}rss`, rssMB)
      session.samples.add(`${when}private`, privateMB)
    }
    await note('')
    await fleet.call(fleet.first, 'caller', { fn: 'one', args: [calls] })
    await note('called-')
  },
}
