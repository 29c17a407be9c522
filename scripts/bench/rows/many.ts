// What grows with the number of apps.
import { nowMs } from '../clock.ts'
import type { Row } from './row.ts'

export const many: Row = {
  id: 'many',
  title: 'many apps: one more start, and the status of all',
  how: "Over an open connection: the time to start one more idle app, until it is up, while 10, 100 and 500 are up (not 500 with --quick); and the time to get the status of 1,000 pods (`--thousand`), of which the started ones are up. Bare: `spawn('node', ['app.js'])`, in turn with each start.",
  figures: [
    { id: 'list', title: 'status of 1,000 pods, open connection', unit: 'ms', aim: 'at most 10 ms' },
    { id: 'start-10', title: 'start of one more with 10 up', unit: 'ms', aim: 'flat' },
    { id: 'start-100', title: 'start of one more with 100 up', unit: 'ms', aim: 'flat' },
    { id: 'start-500', title: 'start of one more with 500 up', unit: 'ms', aim: 'flat' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { manager, bare, samples, options } = session
    const more = session.app('idle.js', 'more')
    const apps = session.apps('idle.js', options.thousand)
    await manager.up([...apps, more])
    const connection = await manager.connect?.()
    if (!connection) return
    let upCount = 0
    for (const count of options.isQuick ? [10, 100] : [10, 100, 500]) {
      const next = apps.slice(upCount, count)
      await session.allUp(next, () => manager.startAll(next))
      upCount = count
      for (let round = session.rounds({ full: 10, quick: 4 }); round > 0; round--) {
        await session.rest()
        samples.addBare(`start-${count}`, await session.timeUp(more, () => bare.start(more)))
        await bare.stopAll()
        samples.add(`start-${count}`, await session.timeUp(more, () => connection.start(more)))
        await manager.stop(more)
        await session.gone(more)
      }
    }
    for (let round = session.rounds({ full: 50, quick: 20 }); round > 0; round--) {
      const startMs = nowMs()
      await connection.list()
      samples.add('list', nowMs() - startMs)
    }
    connection.close()
  },
}
