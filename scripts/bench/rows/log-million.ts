// A million lines, as fast as an app can write them.
import { join } from 'node:path'
import type { App } from '../adapters/manager.ts'
import { nowMs } from '../clock.ts'
import { missingLines, whenQuiet } from '../log-lines.ts'
import { cpuMs, peakMB } from '../processes.ts'
import type { Session } from '../session.ts'
import type { Row } from './row.ts'

const count = 1_000_000

export const logMillion: Row = {
  id: 'log-million',
  title: '1,000,000 lines of 100 bytes to the log',
  how: 'An app writes 1,000,000 numbered lines of 100 bytes by `console.log`. The row shows the time from the first line until the log has grown for the last time, the CPU time of the manager (with its loggers) from the first line on, how many lines are not in the log 3 s later, and the most memory that the app had. The lines have dates if the manager can add them: p8a, PM2 (`--time`), s6 (`T`) and runit (`-tt`) can, supervisord cannot. Bare: the same app, whose output the shell writes to a file without dates.',
  figures: [
    { id: 'time', title: '1,000,000 lines → in the log', unit: 'ms', aim: 'at most 1.2×' },
    { id: 'cpu', title: '1,000,000 lines: CPU of the manager', unit: 'ms', aim: 'none' },
    { id: 'lost', title: '1,000,000 lines: lost', unit: 'lines', aim: '0' },
    { id: 'peak', title: '1,000,000 lines: most memory of the app', unit: 'MB', aim: 'flat' },
  ],
  async measure(session) {
    const { manager, bare, bell, samples } = session
    const app = session.app('lines.js', 'lines', { count: String(count) })
    const bareApp = session.app('lines.js', 'bare', { count: String(count) })
    await manager.up([app])
    for (let round = session.rounds({ full: 3, quick: 1 }); round > 0; round--) {
      const log = join(session.dir, `bare-${round}.log`)
      let barePid = 0
      const startBare = async () => {
        barePid = bare.start(bareApp, log).pid
      }
      samples.addBare('time', (await written(session, bareApp, { start: startBare, files: () => [log] })).tookMs)
      samples.addBare('peak', peakMB(barePid))
      await bare.stopAll()

      const daemons = manager.daemonPids()
      const files = () => manager.logFiles(app)
      const { tookMs, cpuAtBeginMs } = await written(session, app, { start: () => manager.start(app), files, daemons })
      samples.add('time', tookMs)
      samples.add('cpu', cpuMs(...daemons) - cpuAtBeginMs)
      samples.add('lost', await missingLines(manager.logFiles(app), count))
      samples.add('peak', peakMB(bell.pids(app.name).at(-1) ?? 0))
      await manager.stop(app)
      await session.gone(app)
      session.forget(manager.logFiles(app))
    }
  },
}

/**
 * From the app's first line until its log has grown for the last time; and the CPU time of the manager at the first line.
 * Nothing waits for the start to be answered: the app may be through before that.
 */
async function written(
  { bell }: Session,
  app: App,
  { start, files, daemons = [] }: { start: () => Promise<void>; files: () => string[]; daemons?: number[] },
): Promise<{ tookMs: number; cpuAtBeginMs: number }> {
  const sinceMs = nowMs()
  const started = start()
  const begun = await bell.ring(app.name, 'begun', { sinceMs })
  const cpuAtBeginMs = cpuMs(...daemons)
  const through = bell.ring(app.name, 'written', { sinceMs: begun.atMs })
  const [grewAtMs] = await Promise.all([whenQuiet(files, through), started])
  return { tookMs: grewAtMs - begun.atMs, cpuAtBeginMs }
}
