// A reload of one run, beside a start.
import { nowMs } from '../clock.ts'
import { freePort } from '../free-port.ts'
import { median } from '../statistics.ts'
import type { Row } from './row.ts'

export const reload: Row = {
  id: 'reload',
  title: 'a reload of one run, beside a start of the same app',
  how: 'The time of the command that reloads an app with one run and no clients (`pod reload`, `pm2 reload`), and that of the command that starts it (`pod start`, `pm2 start`), in turn. The second line is the median of the one divided by that of the other.',
  figures: [
    { id: 'reload', title: 'reload of one run', unit: 'ms', aim: '' },
    { id: 'starts', title: 'reload of one run, in starts', unit: 'ratio', aim: 'at most 1.5' },
  ],
  isFor: manager => manager.serve !== undefined && manager.reload !== undefined,
  async measure(session) {
    const { manager, samples } = session
    const port = await freePort()
    const app = session.app('served.mjs', 'reload', { port: `${port}` })
    await manager.up([app])
    const starts: number[] = []
    const reloads: number[] = []
    for (let round = session.rounds({ full: 10, quick: 3 }); round > 0; round--) {
      starts.push(await took(async () => await manager.serve?.(app, { port, scale: 1 })))
      await session.rest()
      reloads.push(await took(async () => await manager.reload?.(app)))
      await session.rest()
      await manager.stop(app)
      await session.gone(app)
    }
    for (const one of reloads) samples.add('reload', one)
    samples.add('starts', median(reloads) / median(starts))
  },
}

async function took(work: () => Promise<void>): Promise<number> {
  const begun = nowMs()
  await work()
  return nowMs() - begun
}
