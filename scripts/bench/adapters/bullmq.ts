// BullMQ with a Redis of its own, which says yes once an item is on the disk (`always`), or does that every second.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nowMs, until } from '../clock.ts'
import { freePort } from '../free-port.ts'
import { debianVersion, findProgram } from './installed.ts'
import type { Kind, Manager, Place, Work } from './manager.ts'
import { noApps } from './no-apps.ts'

const peersDir = fileURLToPath(new URL('../../../.bench/peers', import.meta.url))
const program = fileURLToPath(new URL('../apps/items-bullmq.mjs', import.meta.url))

export const bullmq: readonly Kind[] = ['always', 'everysec'].map(fsync => ({
  id: `bullmq-${fsync}`,
  title: `BullMQ, ${fsync}`,
  among: 'queues',
  version,
  make: place => bullmqAt(place, fsync),
}))

function version(): string | undefined {
  // BullMQ does not bring its client of Redis with it.
  const isThere = existsSync(packageFile('bullmq')) && existsSync(packageFile('ioredis'))
  if (!isThere || findProgram('redis-server') === undefined) return undefined
  const { version } = JSON.parse(readFileSync(packageFile('bullmq'), 'utf8')) as { version: string }
  return `${version} with Redis ${debianVersion('redis-server') ?? 'of unknown version'}`
}

function packageFile(name: string): string {
  return join(peersDir, 'node_modules', name, 'package.json')
}

function bullmqAt({ dir, env }: Place, fsync: string): Manager {
  const children: ChildProcess[] = []
  const work = async (): Promise<Work> => {
    const port = await freePort()
    const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '']
    const durable = ['--appendonly', 'yes', '--appendfsync', fsync]
    const redis = spawn(findProgram('redis-server') ?? '', [...flags, ...durable], { env, stdio: 'ignore' })
    children.push(redis)
    const { Queue, QueueEvents } = createRequire(join(peersDir, 'x.js'))('bullmq') as Bull
    const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null }
    const [queue, events] = [new Queue('items', { connection }), new QueueEvents('items', { connection })]
    for (const each of [queue, events]) each.on('error', () => {})
    await queue.waitUntilReady()
    const workers: ChildProcess[] = []
    const done = async () => await queue.getCompletedCount()
    return {
      done,
      workers: async count => {
        while (workers.length < count) {
          const worker = spawn(process.execPath, [program, peersDir, `${port}`], {
            env,
            stdio: ['ignore', 'pipe', 'ignore'],
          })
          workers.push(worker)
          children.push(worker)
          await once(worker.stdout, 'data')
        }
        const before = await done()
        await queue.add('work', {})
        await until(async () => (await done()) > before, { what: 'its workers work' })
      },
      make: async (count, producers) => {
        const startMs = nowMs()
        let made = 0
        const produce = async () => {
          while (made++ < count) await queue.add('work', {})
        }
        await Promise.all(Array.from({ length: producers }, produce))
        return nowMs() - startMs
      },
      late: async () => Number(await (await queue.add('late', nowMs())).waitUntilFinished(events)),
      end: async () => void (await Promise.allSettled([queue.close(), events.close()])),
    }
  }
  const down = async () => {
    for (const child of children) child.kill('SIGKILL')
  }
  return { ...noApps, work, down, daemonPids: () => children.flatMap(({ pid }) => pid ?? []) }
}

type Told = { on(event: 'error', listener: () => void): unknown; close(): Promise<void> }

/** What is used of it. */
type Bull = {
  Queue: new (
    name: string,
    options: object,
  ) => Told & {
    waitUntilReady(): Promise<unknown>
    add(name: string, data: unknown): Promise<{ waitUntilFinished(events: unknown): Promise<unknown> }>
    getCompletedCount(): Promise<number>
  }
  QueueEvents: new (name: string, options: object) => Told
}
