// The list of ten apps, typed in a shell.
import { run } from '../command.ts'
import { alternate } from './alternate.ts'
import type { Row } from './row.ts'

export const list: Row = {
  id: 'list',
  title: 'list of 10 apps, typed in a shell',
  how: 'The time of the command that lists ten idle apps: `pod status local`, `pm2 list`, `supervisorctl status`, `s6-svstat` for each app, `sv status`. Bare: `node -e 0`.',
  figures: [{ id: 'list', title: 'list 10 apps', unit: 'ms', aim: 'at most 1.4×' }],
  async measure(session) {
    const { manager, dir, env } = session
    const apps = session.apps('idle.js', 10)
    await manager.up(apps)
    await session.allUp(apps, () => manager.startAll(apps))
    await session.rest()
    const node = { program: process.execPath, args: ['-e', '0'], env, cwd: dir }
    await alternate(session, 'list', {
      rounds: session.rounds({ full: 25, quick: 10 }),
      bare: async () => (await run(node)).tookMs,
      own: () => manager.list(),
    })
  },
}
