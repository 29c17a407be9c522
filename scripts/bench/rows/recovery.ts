// The manager is killed while its apps talk.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../adapters/manager.ts'
import { nowMs, until } from '../clock.ts'
import { saidIn, whenQuiet } from '../log-lines.ts'
import type { Session } from '../session.ts'
import type { Row } from './row.ts'

const appCount = 20

export const recovery: Row = {
  id: 'recovery',
  title: 'the manager SIGKILLed with 20 talking apps, and recovered',
  how: 'Each of 20 apps writes a numbered line every 10 ms, and the last number to a file of its own. All processes of the manager (with supervisors and loggers) get SIGKILL. The manager is started again at once, as a person would do it: `pod host start`, `pm2 resurrect` (after `pm2 save`), supervisord with `autostart`, `s6-svscan`, `runsvdir`. The row shows the time from there until its list shows all 20 as up. 3 s later it shows how many apps are another process than before, and how many run twice. Then the apps fall silent, and it shows how many lines are in no log.',
  figures: [
    { id: 'listed', title: 'recovered: until all 20 are listed as up', unit: 'ms', aim: 'at most 500 ms' },
    { id: 'restarted', title: 'recovered: apps restarted', unit: 'apps', aim: '0' },
    { id: 'duplicated', title: 'recovered: apps running twice', unit: 'apps', aim: '0' },
    { id: 'lost', title: 'recovered: lines lost', unit: 'lines', aim: '0' },
  ],
  async measure(session) {
    const { manager, bell, samples } = session
    const apps = Array.from({ length: appCount }, (_, index) => {
      const name = `talker${index + 1}`
      return session.app('talker.js', name, { claims: join(session.dir, `${name}.claims`) })
    })
    await manager.up(apps)
    await session.allUp(apps, () => manager.startAll(apps))
    await session.rest()
    await manager.save?.()
    const before = new Map(apps.map(app => [app.name, bell.pids(app.name)[0]]))

    for (const pid of manager.daemonPids()) process.kill(pid, 'SIGKILL')
    const killedMs = nowMs()
    await manager.recover()
    const running = await until(
      async () => {
        const list = await manager.running()
        return apps.every(app => list.has(app.name)) && list
      },
      { what: 'all apps are listed as up', everyMs: 10 },
    )
    samples.add('listed', nowMs() - killedMs)
    await delay(3000)
    samples.add('restarted', apps.filter(app => running.get(app.name) !== before.get(app.name)).length)
    samples.add('duplicated', apps.filter(app => bell.pids(app.name).length > 1).length)
    await silence(session, apps)
    samples.add(
      'lost',
      apps.reduce((sum, app) => sum + lostLines(app, manager.logFiles(app)), 0),
    )
  },
}

/** No app is killed for this: a line that was on its way would be lost by our own fault. */
async function silence({ bell, manager }: Session, apps: App[]): Promise<void> {
  for (const pid of apps.flatMap(app => bell.pids(app.name))) process.kill(pid, 'SIGUSR2')
  await whenQuiet(() => apps.flatMap(app => manager.logFiles(app)), Promise.resolve(undefined))
}

/** Lines that the processes of an app say they have written, and that its logs do not have. */
function lostLines(app: App, logs: string[]): number {
  const said = saidIn(logs)
  return globSync(`${app.settings.claims}.*`).reduce((sum, file) => {
    const pid = file.split('.').at(-1)
    const claimed = Number(readFileSync(file, 'utf8'))
    const missing = Array.from({ length: claimed }, (_, index) => `${pid} ${index + 1}`).filter(line => !said.has(line))
    return sum + missing.length
  }, 0)
}
