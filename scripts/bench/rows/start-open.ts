// One start over a connection that is open, until the app listens.
import { alternate } from './alternate.ts'
import type { Row } from './row.ts'

export const startOpen: Row = {
  id: 'start-open',
  title: 'start over an open connection, until the app listens',
  how: "as `start`, but asked over a connection of `p8a/client` that is open already. Bare: `spawn('node', ['app.js'])`.",
  figures: [{ id: 'start-open', title: 'start over an open connection → listening', unit: 'ms', aim: 'at most 0.25×' }],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { manager, bare } = session
    const app = await session.httpApp()
    await manager.up([app])
    const connection = await manager.connect?.()
    await alternate(session, 'start-open', {
      rounds: session.rounds({ full: 25, quick: 6 }),
      bare: async () => {
        const tookMs = await session.timeUp(app, () => bare.start(app))
        await bare.stopAll()
        return tookMs
      },
      own: async () => {
        const tookMs = await session.timeUp(app, () => connection?.start(app))
        await manager.stop(app)
        await session.gone(app)
        await session.rest()
        return tookMs
      },
    })
    connection?.close()
  },
}
