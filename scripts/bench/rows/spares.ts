// What processes in reserve cost.
import { setTimeout as delay } from 'node:timers/promises'
import { memoryOf } from '../processes.ts'
import type { Row } from './row.ts'

export const spares: Row = {
  id: 'spares',
  title: 'memory of processes in reserve',
  how: 'Resident and private memory of all processes that the host keeps in reserve by default, 5 s after an app was started and the machine is at rest. 0 if the manager keeps none.',
  figures: [
    { id: 'rss', title: 'all processes in reserve: RSS', unit: 'MB', aim: '' },
    { id: 'private', title: 'all processes in reserve: private', unit: 'MB', aim: '' },
  ],
  isFor: manager => manager.children !== undefined,
  async measure(session) {
    const { manager, bell, samples } = session
    const app = session.app('idle.js', 'app')
    await manager.up([app])
    await session.timeUp(app, () => manager.start(app))
    await delay(5000)
    const inReserve = manager.children?.().filter(pid => !bell.pids(app.name).includes(pid)) ?? []
    const { rssMB, privateMB } = memoryOf(...inReserve)
    samples.add('rss', rssMB)
    samples.add('private', privateMB)
  },
}
