// One start, typed in a shell, until the app listens.
import { alternate } from './alternate.ts'
import type { Row } from './row.ts'

export const start: Row = {
  id: 'start',
  title: 'start typed in a shell, until the app listens',
  how: "The time from the start of the command that starts a stopped app (`pod start local web`, `pm2 start app.js`, `supervisorctl start`, `s6-svc -u`, `sv up`) until the app says that its HTTP server listens. The app is then stopped and rests for 1.2 s before the next start. Bare: `spawn('node', ['app.js'])`.",
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
