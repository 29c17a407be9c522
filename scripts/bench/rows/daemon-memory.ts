// The memory of the manager itself.
import { setTimeout as delay } from 'node:timers/promises'
import { memoryOf } from '../processes.ts'
import type { Session } from '../session.ts'
import type { Row } from './row.ts'

export const daemonMemory: Row = {
  id: 'daemon-memory',
  title: 'memory of the manager, with 0, 50 and 1,000 apps',
  how: 'Resident and private memory (`smaps_rollup`) of all processes of the manager except the apps, 3 s after the last app is up: with no app, with 50 idle apps, and for p8a with 1,000 (`--thousand`; not with --quick). Resident memory counts memory that processes share once for each of them.',
  figures: [
    { id: 'rss-0', title: 'manager with 0 apps: RSS', unit: 'MB', aim: 'at most 60 MB' },
    { id: 'private-0', title: 'manager with 0 apps: private', unit: 'MB', aim: '' },
    { id: 'rss-50', title: 'manager with 50 apps: RSS', unit: 'MB', aim: 'at most 62 MB' },
    { id: 'private-50', title: 'manager with 50 apps: private', unit: 'MB', aim: '' },
    { id: 'rss-1000', title: 'manager with 1,000 apps: RSS', unit: 'MB', aim: 'at most 90 MB' },
    { id: 'private-1000', title: 'manager with 1,000 apps: private', unit: 'MB', aim: '' },
  ],
  async measure(session) {
    const { manager, options } = session
    await manager.up([])
    await note(session, 0)
    const apps = session.apps('idle.js', Math.max(options.thousand, 50))
    await start(session, apps.slice(0, 50))
    await note(session, 50)
    if (options.isQuick || manager.connect === undefined) return
    await start(session, apps.slice(50))
    await note(session, 1000)
  },
}

async function start(session: Session, apps: ReturnType<Session['apps']>): Promise<void> {
  await session.manager.add(apps)
  await session.allUp(apps, () => session.manager.startAll(apps))
}

async function note({ manager, samples }: Session, count: number): Promise<void> {
  await delay(3000)
  const { rssMB, privateMB } = memoryOf(...manager.daemonPids())
  samples.add(`rss-${count}`, rssMB)
  samples.add(`private-${count}`, privateMB)
}
