// Items of work with p8a: a pod that enqueues, and a worker.
import { fileURLToPath } from 'node:url'
import type { App, Connection, Work } from './manager.ts'

const apps = fileURLToPath(new URL('../apps/', import.meta.url))
const maker: App = { name: 'maker', file: `${apps}items-made.mjs`, settings: {} }
const worker: App = { name: 'items', file: `${apps}items-done.mjs`, settings: {} }
const timeoutMs = 600_000

/** All that is done is kept while it is measured, so that it can be counted. */
const keepAll = { keepDoneItems: '10000000', keepDone: '48h' }

/** @param settings what the worker gets, beside what it has */
export async function workOver(
  connection: Connection,
  { add, settings }: { add: (apps: App[]) => Promise<void>; settings: Record<string, string> },
): Promise<Work> {
  const items = { ...worker, settings }
  const call = async (fn: string, ...args: unknown[]) => await connection.call('maker', fn, { args, timeoutMs })
  await add([maker, items])
  await connection.start(maker)
  await connection.start(items)
  await connection.stop({ ...items, name: 'queue' })
  await connection.start({ ...items, name: 'queue', settings: keepAll })
  return {
    workers: async count => {
      await connection.stop(items)
      await connection.startWith(items, { min: count, max: Math.max(1, count) })
    },
    make: async (count, producers) => Number(await call('make', count, producers)),
    done: async () => {
      const [queue] = (await connection.call('queue', 'queues', { args: [{ queue: 'items' }], timeoutMs })) as {
        counts: { done: number }
      }[]
      return queue?.counts.done ?? 0
    },
    late: async () => Number(await call('late')),
    hold: async id => void (await call('hold', id)),
    fill: async thousands => void (await call('fill', thousands)),
    end: async () => connection.close(),
  }
}
