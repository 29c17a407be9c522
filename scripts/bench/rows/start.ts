// One start, typed in a shell, until the app listens.
import { alternate } from './alternate.ts'
import type { Row } from './row.ts'

export const start: Row = {
  id: 'start',
  title: 'start typed in a shell, until the app listens',
  how: "the verb that starts an app that is known and down (`pod start local web`, `pm2 start app.js`, `supervisorctl start`, `s6-svc -u`, `sv up`), from the start of the command until the app's HTTP server listens, by the app's own word. The app is stopped in between, and rests for 1.2 s. Bare: `spawn('node', ['app.js'])`.",
  figures: [{ id: 'start', title: 'start → listening', unit: 'ms', aim: 'at most 1.0×' }],
  async measure(session) {
    const { manager, bare } = session
    const app = await session.httpApp()
    await manager.up([app])
    await alternate(session, 'start', {
      rounds: session.rounds({ full: 15, quick: 6 }),
      bare: async () => {
        const tookMs = await session.timeUp(app, () => bare.start(app))
        await bare.stopAll()
        return tookMs
      },
      own: async () => {
        const tookMs = await session.timeUp(app, () => manager.start(app))
        await manager.stop(app)
        await session.gone(app)
        await session.rest()
        return tookMs
      },
    })
  },
}
