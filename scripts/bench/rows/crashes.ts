// Ten crashes in a row.
import { setTimeout as delay } from 'node:timers/promises'
import { nowMs } from '../clock.ts'
import { median } from '../statistics.ts'
import { killOnce, respawnBare } from './kill-once.ts'
import type { Row } from './row.ts'

/** How long an app has listened before it is killed again; and how long it must have, so that no manager gives it up. */
const upMs = 50
const minUptimeMs = 20
const crashCount = 10

export const crashes: Row = {
  id: 'crashes',
  title: 'ten crashes in a row',
  how: `The app of \`respawn\` is killed ${crashCount} times, each time ${upMs} ms after it listens. Managers that have a setting for it count ${minUptimeMs} ms up as healthy. The row shows the slowest of the ${crashCount} replacements, and how many of them took longer than the median of bare Node, whose app is killed in the same way.`,
  figures: [
    { id: 'slowest', title: 'slowest of ten replacements in a row', unit: 'ms', aim: 'at most 1.0×' },
    { id: 'slower', title: 'of the ten, slower than bare Node', unit: 'starts', aim: '0' },
  ],
  async measure(session) {
    const { manager, bare, samples } = session
    const app = { ...(await session.httpApp()), minUptimeMs }
    const bareApp = await session.httpApp('bare')
    await manager.up([app])
    for (let round = session.rounds({ full: 3, quick: 1 }); round > 0; round--) {
      await session.timeUp(bareApp, () => bare.start(bareApp))
      const bareMs = await times(crashCount, () => respawnBare(session, bareApp))
      await bare.stopAll()

      await session.timeUp(app, () => manager.start(app))
      await session.rest()
      let [pid = 0] = session.bell.pids(app.name)
      const ownMs = await times(crashCount, async () => {
        const sinceMs = nowMs()
        const ring = await killOnce(session, app, pid)
        pid = ring.pid
        return ring.atMs - sinceMs
      })
      await manager.stop(app)
      await session.gone(app)

      samples.add('slowest', Math.max(...ownMs))
      samples.addBare('slowest', Math.max(...bareMs))
      samples.add('slower', ownMs.filter(ms => ms > median(bareMs)).length)
    }
  },
}

async function times(count: number, once: () => Promise<number>): Promise<number[]> {
  const took: number[] = []
  while (took.length < count) {
    took.push(await once())
    await delay(upMs)
  }
  return took
}
