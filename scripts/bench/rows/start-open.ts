// One start over a connection that is open, until the app listens.
import type { App } from '../adapters/manager.ts'
import type { Session } from '../session.ts'
import { alternate } from './alternate.ts'
import type { Row } from './row.ts'

export const startOpen: Row = {
  id: 'start-open',
  title: 'start over an open connection, until the app listens',
  how: "As `start`, but the start is asked over a connection of `p8a/client` that is already open. Bare: `spawn('node', ['app.js'])`. The app is an ES module. Node takes longer to load an ES module that imports `node:http` than the same app in CommonJS, so CommonJS has a line of its own.",
  figures: [
    { id: 'start-open', title: 'start over an open connection → listening', unit: 'ms', aim: 'at most 0.25×' },
    { id: 'commonjs', title: 'the same app in CommonJS', unit: 'ms', aim: '' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { manager } = session
    const app = await session.httpApp()
    const commonjs = await session.httpApp('web-commonjs', 'http-commonjs.js')
    await manager.up([app, commonjs])
    const connection = await manager.connect?.()
    await inTurn(session, 'start-open', app, () => connection?.start(app))
    await inTurn(session, 'commonjs', commonjs, () => connection?.start(commonjs))
    connection?.close()
  },
}

async function inTurn(session: Session, figure: string, app: App, start: () => unknown): Promise<void> {
  const { manager, bare } = session
  await alternate(session, figure, {
    rounds: session.rounds({ full: 25, quick: 6 }),
    bare: async () => {
      const tookMs = await session.timeUp(app, () => bare.start(app))
      await bare.stopAll()
      return tookMs
    },
    own: async () => {
      const tookMs = await session.timeUp(app, start)
      await manager.stop(app)
      await session.gone(app)
      await session.rest()
      return tookMs
    },
  })
}
