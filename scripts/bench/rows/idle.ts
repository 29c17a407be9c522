// What 50 apps that do nothing cost.
import { setTimeout as delay } from 'node:timers/promises'
import { cpuMs } from '../processes.ts'
import type { Row } from './row.ts'

const windowMs = 30_000
const quickWindowMs = 10_000

export const idle: Row = {
  id: 'idle',
  title: '50 idle apps: CPU time in 30 s',
  how: 'CPU time, user and system, that the manager (with all its supervisors and loggers) and the 50 apps use in 30 s, with the health checks that are on by default. It begins 3 s after the last app is up. With --quick it lasts 10 s and the figure is multiplied by three. Bare: 50 processes of bare Node in the same seconds; the figure for the apps is what they use above those.',
  figures: [
    { id: 'daemon', title: '50 idle apps, 30 s: CPU of the manager', unit: 'ms', aim: 'at most 30 ms' },
    {
      id: 'apps',
      title: '50 idle apps, 30 s: CPU of all apps above bare',
      unit: 'ms',
      aim: 'at most 100 ms',
      isAboveBare: true,
    },
  ],
  async measure(session) {
    const { manager, bare, bell, samples, options } = session
    const apps = session.apps('idle.js', 50)
    const bareApps = session.apps('idle.js', 50, 'bare')
    await manager.up(apps)
    await session.allUp(apps, () => manager.startAll(apps))
    await session.allUp(bareApps, () => bareApps.map(app => bare.start(app)))
    await delay(3000)
    const groups = [
      manager.daemonPids(),
      apps.flatMap(app => bell.pids(app.name)),
      bareApps.flatMap(app => bell.pids(app.name)),
    ]
    const before = groups.map(pids => cpuMs(...pids))
    const waitMs = options.isQuick ? quickWindowMs : windowMs
    await delay(waitMs)
    const spentMs = groups.map((pids, index) => (cpuMs(...pids) - (before[index] ?? 0)) * (windowMs / waitMs))
    const [daemon = 0, own = 0, others = 0] = spentMs
    samples.add('daemon', daemon)
    samples.add('apps', own - others)
    samples.addBare('apps', others)
  },
}
