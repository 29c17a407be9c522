// Items of work that do nothing: how many a second are stored and done, and how soon one begins.
import { fileURLToPath } from 'node:url'
import type { Work } from '../adapters/manager.ts'
import { nowMs, until } from '../clock.ts'
import { run } from '../command.ts'
import type { Figure } from '../results.ts'
import type { Session } from '../session.ts'
import type { Row } from './row.ts'

const bare = fileURLToPath(new URL('../apps/items-bare.mjs', import.meta.url))
const cases = [1, 4].flatMap(workers => [1, 64].map(producers => ({ workers, producers })))

type Rates = { added: number; done: number }
type Bare = { rates: Record<string, Rates>; late: number[] }
type Counts = { one: number; many: number; lates: number }

export const items: Row = {
  id: 'items',
  among: 'queues',
  title: 'items of work, a second and until one begins',
  how: 'Items that do nothing are enqueued by 1 producer, 5,000 of them, and by 64 in one process, 50,000 (with --quick a tenth), each awaited until it is stored, with 1 and with 4 workers that do 16 at a time each; and until all are done. Then one is enqueued at a time, while a worker has nothing to do, and says when it begins. p8a answers once an item is on the disk, as Redis does with `appendfsync always`; with `everysec` a crash of the machine costs a second. Bare: three Node processes with Unix sockets between them, of which the middle one appends to a file, by `fdatasync` for all that came in a turn, and knows nothing of an item.',
  figures: [
    ...cases.flatMap(figuresOf),
    { id: 'late', title: 'enqueued → begun, an idle worker', unit: 'ms', aim: 'under 2 ms' },
  ],
  isFor: manager => manager.work !== undefined,
  async measure(session) {
    const { manager, samples, options } = session
    const counts = options.isQuick ? { one: 500, many: 5000, lates: 100 } : { one: 5000, many: 50_000, lates: 500 }
    const rounds = session.rounds({ full: 3, quick: 1 })
    for (let round = 0; round < rounds; round++) await measureBare(session, counts)
    const work = await manager.work?.(session.app('items-done.mjs', 'items').settings)
    if (!work) throw new Error('It keeps no items')
    try {
      for (let round = 0; round < rounds; round++)
        for (const { workers, producers } of cases) {
          if (producers === 1) await work.workers(workers)
          const count = producers === 1 ? counts.one : counts.many
          const { added, done } = await ratesOf(work, count, producers)
          samples.add(`added-${producers}-${workers}`, added)
          samples.add(`done-${producers}-${workers}`, done)
        }
      await work.workers(1)
      for (let n = 0; n < counts.lates; n++) samples.add('late', await work.late())
    } finally {
      await work.end()
    }
  },
}

function figuresOf({ workers, producers }: (typeof cases)[number]): Figure[] {
  const who = `${producers} ${producers === 1 ? 'producer' : 'producers'}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  return [
    { id: `added-${producers}-${workers}`, title: `enqueued a second, ${who}`, unit: 'items', aim: "BullMQ's, always" },
    { id: `done-${producers}-${workers}`, title: `and done a second, ${who}`, unit: 'items', aim: "BullMQ's, always" },
  ]
}

async function measureBare({ samples, dir, env }: Session, counts: Counts): Promise<void> {
  const command = { program: process.execPath, args: [bare, dir, JSON.stringify(counts)], env, cwd: dir }
  const { rates, late } = JSON.parse((await run(command)).output) as Bare
  for (const [at, { added, done }] of Object.entries(rates)) {
    samples.addBare(`added-${at}`, added)
    samples.addBare(`done-${at}`, done)
  }
  for (const ms of late) samples.addBare('late', ms)
}

/** Items a second: until all were stored, and until all were done. */
export async function ratesOf(work: Work, count: number, producers: number): Promise<Rates> {
  const before = await work.done()
  const startMs = nowMs()
  const addedMs = await work.make(count, producers)
  const isDone = async () => (await work.done()) >= before + count
  await until(isDone, { what: 'all items are done', everyMs: 5, deadlineMs: 300_000 })
  return { added: (count / addedMs) * 1000, done: (count / (nowMs() - startMs)) * 1000 }
}
