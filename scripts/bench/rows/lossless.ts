// What fails of many requests while runs are reloaded, crash, and their manager is killed.
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { loadDuring, type Paced } from '../load.ts'
import type { Row } from './row.ts'

/** A kill must be over before the next one: what is waited for in between. */
const restMs = 1500

export const lossless: Row = {
  id: 'lossless',
  title: 'requests that fail while an app is reloaded, is killed, and its manager is killed',
  how: 'A server of `node:http` in two runs gets 1,000 requests a second (with --quick 300) from a process of its own, over connections that are kept and over new ones, with bodies and without: while it is reloaded 20 times in a row (with --quick 4; at least 100,000 requests in all, with --quick 2,000), while each 1.5 s a run gets SIGKILL, and while each 1.5 s the manager gets SIGKILL and is started again. The row shows how many were refused, reset or cut: of a run that is killed, those that it had in its hands are.',
  figures: [
    { id: 'reloads', title: 'failed over 20 reloads', unit: 'requests', aim: '0' },
    { id: 'crashes', title: 'failed over 20 SIGKILLs of a run', unit: 'requests', aim: 'what it had in hand' },
    { id: 'refused', title: 'of those, refused', unit: 'requests', aim: '0' },
    { id: 'hosts', title: 'failed over 20 SIGKILLs of the manager', unit: 'requests', aim: '0' },
  ],
  isFor: manager => manager.serve !== undefined && manager.reload !== undefined,
  async measure(session) {
    const { manager, samples, options, bell } = session
    const [times, perSecond, count] = options.isQuick ? [4, 300, 2000] : [20, 1000, 100_000]
    const port = await freePort()
    const app = { ...session.app('served.mjs', 'lossless', { port: `${port}` }), minUptimeMs: 1 }
    await manager.up([app])
    await session.timeUp(app, () => manager.serve?.(app, { port, scale: 2 }))
    const during = async (each: () => Promise<void>, wanted: number): Promise<Paced> =>
      await loadDuring(session, port, { perSecond, count: wanted }, async () => {
        for (let done = 0; done < times; done++) await each()
      })
    samples.add('reloads', (await during(async () => await manager.reload?.(app), count)).failed)
    const crashed = await during(async () => {
      const [pid] = bell.pids(app.name)
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      await delay(restMs)
    }, 0)
    samples.add('crashes', crashed.failed)
    samples.add('refused', crashed.codes.includes('ECONNREFUSED') ? crashed.failed : 0)
    if (manager.save) await manager.save()
    const hosts = await during(async () => {
      for (const pid of manager.daemonPids()) process.kill(pid, 'SIGKILL')
      await delay(restMs / 2)
      await manager.recover()
      await delay(restMs / 2)
    }, 0)
    samples.add('hosts', hosts.failed)
  },
}
