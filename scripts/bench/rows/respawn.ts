// An app is killed; its replacement listens.
import { nowMs } from '../clock.ts'
import { alternate } from './alternate.ts'
import { killOnce, respawnBare } from './kill-once.ts'
import type { Row } from './row.ts'

export const respawn: Row = {
  id: 'respawn',
  title: 'SIGKILL of an app, until its replacement listens',
  how: 'from the SIGKILL of an app that has been up for 1.2 s until the HTTP server of the next process listens on the same port, by its own word. An app that was up for a second counts as well again for all managers that count. Bare: a Node program that spawns it again on its `exit` event.',
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
