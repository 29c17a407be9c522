// Fifty apps at once.
import { nowMs } from '../clock.ts'
import type { Row } from './row.ts'

export const fifty: Row = {
  id: 'fifty',
  title: '50 apps, from the first verb until all are up',
  how: 'The time from the first command until the last of 50 idle apps says that it is up. Each manager starts them in its fastest way: p8a by 50 requests over one connection that it opens for them, PM2 by one ecosystem file, supervisord by `supervisorctl start all`, s6 by `s6-svc -u` in a shell loop, runit by `sv up` with 50 names. The second line is 50 commands `pod start local NAME` in a row. Bare: 50 calls of `spawn()`.',
  figures: [
    { id: 'fifty', title: '50 apps → all up', unit: 'ms', aim: "at most s6's" },
    { id: 'commands', title: 'the same by 50 commands in a row', unit: 'ms', aim: '' },
  ],
  async measure(session) {
    const { manager, bare, samples } = session
    const apps = session.apps('idle.js', 50)
    await manager.up(apps)
    for (let round = session.rounds({ full: 3, quick: 1 }); round > 0; round--) {
      samples.addBare('fifty', await session.allUp(apps, () => apps.map(app => bare.start(app))))
      await bare.stopAll()
      await session.rest()
      samples.add('fifty', await session.allUp(apps, () => manager.startAll(apps)))
      await stopAll()
      if (manager.connect === undefined) continue
      const startMs = nowMs()
      for (const app of apps) await manager.start(app)
      samples.add('commands', nowMs() - startMs)
      await stopAll()
    }

    async function stopAll(): Promise<void> {
      await manager.stopAll(apps)
      for (const app of apps) await session.gone(app)
      await session.rest()
    }
  },
}
