// Many lines, and then an exit at once.
import { missingLines, whenQuiet } from '../log-lines.ts'
import type { Row } from './row.ts'

const lineCount = 100_000

export const logExit: Row = {
  id: 'log-exit',
  title: '100,000 lines, then process.exit() at once',
  how: 'An app that the manager must not restart writes 100,000 numbered lines of 100 bytes by `console.log` and calls `process.exit()`. The row shows how many lines are not in the log after it has stopped growing for 3 s.',
  figures: [{ id: 'lost', title: '100,000 lines, then exit: lost', unit: 'lines', aim: '0' }],
  async measure(session) {
    const { manager, bell, samples } = session
    await manager.up([])
    for (let round = session.rounds({ full: 3, quick: 1 }); round > 0; round--) {
      // An app of its own each time, so that its log is new.
      const settings = { count: String(lineCount), ending: 'exit' }
      const app = { ...session.app('lines.js', `lines${round}`, settings), restart: 'never' as const }
      await manager.add([app])
      // A manager that wants it to stay up for a second says that the start has failed; that is no matter here.
      await manager.start(app).catch(() => {})
      await whenQuiet(() => manager.logFiles(app), bell.ring(app.name, 'written', { sinceMs: 0 }))
      samples.add('lost', await missingLines(manager.logFiles(app), lineCount))
    }
  },
}
