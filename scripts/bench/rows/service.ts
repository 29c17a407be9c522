// A service that is no JavaScript is killed; the next one is up.
import { nowMs } from '../clock.ts'
import { alternate } from './alternate.ts'
import { killOnce, respawnBare } from './kill-once.ts'
import type { Row } from './row.ts'

export const service: Row = {
  id: 'service',
  title: 'SIGKILL of a service in another language, until the next one is up',
  how: 'A Perl program, which starts in some milliseconds, has been up for 1.2 s and gets SIGKILL. The time from there until the next process says that it is up. Bare: a Node program that spawns it again on its `exit` event. PM2 and supervisord are left out: `respawn` has them.',
  figures: [{ id: 'service', title: 'SIGKILL of a Perl service → the next is up', unit: 'ms', aim: "at most runit's" }],
  isFor: manager => manager.keepsPrograms === true,
  async measure(session) {
    const { manager, bare } = session
    const app = { ...session.app('service.pl', 'service'), program: '/usr/bin/perl', minUptimeMs: 1000 }
    const bareApp = { ...session.app('service.pl', 'bare'), program: '/usr/bin/perl' }
    await manager.up([app])
    await session.timeUp(app, () => manager.start(app))
    await session.timeUp(bareApp, () => bare.start(bareApp))
    let [pid = 0] = session.bell.pids(app.name)
    await alternate(session, 'service', {
      rounds: session.rounds({ full: 15, quick: 6 }),
      bare: () => respawnBare(session, bareApp),
      own: async () => {
        await session.rest()
        const sinceMs = nowMs()
        const ring = await killOnce(session, app, pid)
        pid = ring.pid
        return ring.atMs - sinceMs
      },
    })
  },
}
