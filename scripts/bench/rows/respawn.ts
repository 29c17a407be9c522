// An app is killed; its replacement listens.
import { nowMs } from '../clock.ts'
import { alternate } from './alternate.ts'
import { killOnce, respawnBare } from './kill-once.ts'
import type { Row } from './row.ts'

export const respawn: Row = {
  id: 'respawn',
  title: 'SIGKILL of an app, until its replacement listens',
  how: 'An app has been up for 1.2 s and gets SIGKILL. The time from there until the next process says that its HTTP server listens on the same port. All managers that count failures count an app as healthy again after one second up. Bare: a Node program that spawns the app again on its `exit` event.',
  figures: [{ id: 'respawn', title: 'SIGKILL → replacement listening', unit: 'ms', aim: 'at most 0.3×' }],
  async measure(session) {
    const { manager, bare } = session
    const app = { ...(await session.httpApp()), minUptimeMs: 1000 }
    const bareApp = await session.httpApp('bare')
    await manager.up([app])
    await session.timeUp(app, () => manager.start(app))
    await session.timeUp(bareApp, () => bare.start(bareApp))
    let [pid = 0] = session.bell.pids(app.name)
    await alternate(session, 'respawn', {
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
