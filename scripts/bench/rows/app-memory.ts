// The memory of an idle app above that of bare Node.
import { setTimeout as delay } from 'node:timers/promises'
import { defaultSettings } from '../../../protocol/settings.ts'
import { memoryOf } from '../processes.ts'
import type { Row } from './row.ts'

/** Cold starts, where this p8a has another kind. */
const coldSettings: Record<string, unknown> = 'spares' in defaultSettings ? { spares: 0 } : {}

export const appMemory: Row = {
  id: 'app-memory',
  title: 'memory of an idle app, above bare',
  how: 'Resident and private memory (`smaps_rollup`) of each of ten idle apps, 5 s after the last one is up, minus the median of ten processes of bare Node at the same moment. p8a starts the apps in new processes (`spares: 0`).',
  figures: [
    { id: 'rss', title: 'idle app above bare: RSS', unit: 'MB', aim: 'at most +4 MB', isAboveBare: true },
    { id: 'private', title: 'idle app above bare: private', unit: 'MB', aim: 'at most +2 MB', isAboveBare: true },
  ],
  settings: coldSettings,
  async measure(session) {
    const { manager, bare, bell, samples } = session
    const apps = session.apps('idle.js', 10)
    const bareApps = session.apps('idle.js', 10, 'bare')
    await manager.up(apps)
    await session.allUp(apps, () => manager.startAll(apps))
    await session.allUp(bareApps, () => bareApps.map(app => bare.start(app)))
    await delay(5000)
    const memories = (list: typeof apps) => list.flatMap(app => bell.pids(app.name)).map(pid => memoryOf(pid))
    for (const { rssMB, privateMB } of memories(bareApps)) {
      samples.addBare('rss', rssMB)
      samples.addBare('private', privateMB)
    }
    for (const { rssMB, privateMB } of memories(apps)) {
      samples.add('rss', rssMB - samples.bareMedian('rss'))
      samples.add('private', privateMB - samples.bareMedian('private'))
    }
  },
}
