// What 50 apps that do nothing cost.
import { setTimeout as delay } from 'node:timers/promises'
import { cpuMs } from '../processes.ts'
import type { Row } from './row.ts'

const windowMs = 30_000
const quickWindowMs = 10_000

export const idle: Row = {
  id: 'idle',
  title: '50 idle apps: CPU time in 30 s',
  how: 'CPU time, user and system, that the manager (all its supervisors and loggers) and the 50 apps take in 30 s (with --quick in 10 s, given as three times that), health checks as they are by default; beginning 3 s after the last is up. Bare: 50 processes of bare Node in the same seconds; the apps are given as what they take above those.',
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
