// What becomes of items where the worker sleeps, where it is killed, and where very many wait.
import { setTimeout as delay } from 'node:timers/promises'
import { nowMs } from '../clock.ts'
import { memoryOf } from '../processes.ts'
import type { Row } from './row.ts'

export const itemsLife: Row = {
  id: 'items-life',
  among: 'queues',
  title: 'items of work that wake, outlive a run, and wait',
  how: 'An item is enqueued while its worker sleeps, and says when it begins. A run that has an item gets SIGKILL while another run has nothing to do: the time until the item begins again. Then a million items wait (with --quick 100,000): the resident memory of the queue before and after, and how many 64 producers enqueue a second.',
  figures: [
    { id: 'woken', title: 'enqueued → begun, a sleeping worker', unit: 'ms', aim: 'under 40 ms' },
    { id: 'killed', title: 'SIGKILL of a run → its item begins again', unit: 'ms', aim: 'under 100 ms' },
    { id: 'few', title: 'few items wait: RSS of the queue', unit: 'MB', aim: '' },
    { id: 'few-rate', title: 'few items wait: enqueued a second', unit: 'items', aim: '' },
    { id: 'million', title: 'a million wait: RSS of the queue', unit: 'MB', aim: '' },
    { id: 'million-rate', title: 'a million wait: enqueued a second', unit: 'items', aim: 'as with few' },
  ],
  isFor: manager => manager.work !== undefined && manager.connect !== undefined,
  async measure(session) {
    const { manager, samples, bell, options } = session
    const work = await manager.work?.(session.app('items-done.mjs', 'items').settings)
    const connection = await manager.connect?.()
    if (!work || !connection) throw new Error('It keeps no items')
    try {
      await work.workers(0)
      for (let round = session.rounds({ full: 25, quick: 7 }); round > 0; round--) {
        await connection.sleep('items')
        await session.rest()
        samples.add('woken', await work.late())
      }
      await work.workers(2)
      for (let round = session.rounds({ full: 15, quick: 5 }); round > 0; round--) {
        const sinceMs = nowMs()
        await work.hold?.(`hold${round}`)
        const { pid } = await bell.ring('items', 'begun', { sinceMs })
        await session.rest()
        const killedMs = nowMs()
        process.kill(pid, 'SIGKILL')
        samples.add('killed', (await bell.ring('items', 'begun', { sinceMs: killedMs })).atMs - killedMs)
        await delay(3500)
      }
      await connection.stop(session.app('items-done.mjs', 'items'))
      const look = async (figure: string) => {
        const { runs } = (await connection.status('queue')) as { runs: { pid?: number }[] }
        samples.add(figure, memoryOf(runs[0]?.pid ?? 0).rssMB)
        samples.add(`${figure}-rate`, 10_000 / ((await work.make(10_000, 64)) / 1000))
      }
      await work.make(10_000, 64)
      await look('few')
      await work.fill?.(options.isQuick ? 100 : 1000)
      await look('million')
    } finally {
      await work.end()
      connection.close()
    }
  },
}
