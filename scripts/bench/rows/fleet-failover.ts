// How long it takes until what a host had is up elsewhere, once that host is dead.
import { processesOf } from '../../../test/processes.ts'
import { nowMs, until } from '../clock.ts'
import { BenchFleet } from '../fleet-of.ts'
import type { Row } from './row.ts'

export const fleetFailover: Row = {
  id: 'fleet-failover',
  title: 'failover of a fleet',
  how: 'Three hosts, three servers of NATS, the usual times (`dead` 6.5 s). All processes of the host that has an exclusive pod are killed at once; the figures are the times until another host takes it for dead, until a run of the pod is begun elsewhere, and until that other host says that it is up. Then the host comes back. Nobody tells the engine that its connection is lost but the kernel: a machine that loses its power is measured by `npm run fleet-faults -- --failovers`.',
  figures: [
    { id: 'until-dead', title: 'a host dies, until another one takes it for dead', unit: 'ms', aim: '' },
    { id: 'until-begun', title: 'a host dies, until its exclusive pod is begun elsewhere', unit: 'ms', aim: '' },
    {
      id: 'until-up',
      title: 'a host dies, until its exclusive pod is up elsewhere',
      unit: 'ms',
      aim: 'under 10,000 ms',
    },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    await using fleet = await BenchFleet.open(session, { hosts: 3 })
    await fleet.start('only', { file: 'called.mjs', config: { exclusive: true } })
    for (let round = session.rounds({ full: 20, quick: 3 }); round > 0; round--) {
      const before = await until(async () => await fleet.placeOf('only', fleet.first), { what: 'it is up' })
      const other = fleet.hosts.find(host => host !== before.host) ?? fleet.first
      const [sinceMs, sinceWallMs] = [nowMs(), Date.now()]
      let deadMs: number | undefined
      for (const { pid } of processesOf(before.host.data)) process.kill(pid, 'SIGKILL')
      const after = await until(
        async () => {
          if (deadMs === undefined && (await fleet.isGone(before.host, other))) deadMs = nowMs() - sinceMs
          const place = await fleet.placeOf('only', other)
          return place && place.pid !== before.pid && place.host !== before.host && place
        },
        { what: 'it is up elsewhere', deadlineMs: 120_000 },
      )
      session.samples.add('until-up', nowMs() - sinceMs)
      session.samples.add('until-begun', Date.parse(after.startedAt) - sinceWallMs)
      if (deadMs !== undefined) session.samples.add('until-dead', deadMs)
      await before.host.up()
      for (const host of fleet.hosts) await fleet.whole(host)
    }
  },
}
