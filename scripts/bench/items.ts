// Items of work: how many a second are enqueued and done, and how soon one begins, beside BullMQ with Redis in the same run.
//   node scripts/bench/items.ts [--items N] [--bullmq DIR] [--million]
// DIR: where bullmq and ioredis were installed by npm; `redis-server` has to be there too. `--million`: also with a million items that wait.
import { spawn } from 'node:child_process'
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { TestHost } from '../../test/e2e/harness.ts'
import { freePort } from './free-port.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '5000' },
    bullmq: { type: 'string' },
    million: { type: 'boolean', default: false },
  },
})
const items = Number(values.items)
const rows: [what: string, who: string, figure: string][] = []
/** By the clock that all processes of a machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

const worker = `import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
export const config = { kind: 'worker', concurrency: 16, max: 4, shrinkAfter: '10m', queueLimit: 10000000 }
const now = () => Number(process.hrtime.bigint()) / 1e6
let at
export const work = async () => {}
export const late = async sentMs => now() - sentMs
export const hold = async () => { appendFileSync(join(at.storage, 'begun'), now() + '\\n'); await new Promise(resolve => setTimeout(resolve, 3000)) }
export default async (params, bus, p8a) => { at = p8a }
`
const maker = `let queue
const now = () => Number(process.hrtime.bigint()) / 1e6
export const make = async (count, lanes) => {
  const mail = queue('mail')
  const fromMs = now()
  let made = 0
  const lane = async () => { while (made++ < count) await mail.work() }
  await Promise.all(Array.from({ length: lanes }, lane))
  return now() - fromMs
}
export const late = async () => await queue('mail', { wait: true }).late(now())
export default async (params, bus, p8a) => { queue = p8a.queue }
`

await main()

async function main(): Promise<void> {
  const load = loadavg().map(one => one.toFixed(1))
  const host = new TestHost()
  try {
    await host.up()
    await ofP8a(host)
  } finally {
    await host.dispose()
  }
  if (values.bullmq !== undefined) for (const fsync of ['always', 'everysec']) await ofBullmq(values.bullmq, fsync)
  process.stdout.write(`load of the machine: ${load.join(', ')} at the begin, ${loadavg()[0]?.toFixed(1)} at the end\n`)
  for (const [what, who, figure] of rows) process.stdout.write(`${what.padEnd(58)} ${who.padEnd(18)} ${figure}\n`)
}

async function ofP8a(host: TestHost): Promise<void> {
  for (const [name, code] of Object.entries({ mail: worker, maker })) {
    writeFileSync(join(host.dir, `${name}.js`), code)
    await host.ok('push', 'local', name, join(host.dir, `${name}.js`))
    await host.ok('start', 'local', name)
  }
  await host.ok('stop', 'local', 'queue')
  await host.ok('start', 'local', 'queue', '--keepDoneItems', '10000000', '--keepDone', '48h')
  const call = async (fn: string, ...args: unknown[]) =>
    Number((await host.ask('pod.call', { name: 'maker', fn, args, timeoutMs: 600_000 })).value)
  const done = async () => (await host.ask('queue.list', { name: 'mail' })).queues[0]?.counts.done ?? 0
  for (const workers of [1, 4]) {
    await host.ok('stop', 'local', 'mail')
    await host.ok('start', 'local', 'mail', '--min', String(workers), '--max', String(workers))
    await call('make', 200, 16)
    for (const lanes of [1, 64]) {
      const count = lanes === 1 ? Math.ceil(items / 10) : items
      const before = await done()
      const fromMs = now()
      const addedMs = await call('make', count, lanes)
      while ((await done()) < before + count) await delay(10)
      told({ workers, lanes, who: 'p8a', count, addedMs, doneMs: now() - fromMs })
    }
  }
  const [lates, syncs]: [number[], number[]] = [[], []]
  const disk = openSync(join(host.dir, 'disk'), 'w')
  for (let n = 0; n < 200; n++) {
    lates.push(await call('late'))
    syncs.push(syncMs(disk, n))
  }
  closeSync(disk)
  rows.push(
    ['enqueued until begun, an idle worker', 'p8a', median(lates)],
    ['meanwhile, 16 KiB written until they are on the disk', 'the disk', median(syncs)],
  )
  const woken: number[] = []
  await host.ok('stop', 'local', 'mail')
  await host.ok('start', 'local', 'mail', '--min', '0')
  for (let n = 0; n < 15; n++) {
    await host.ask('pod.sleep', { name: 'mail' })
    await delay(300)
    woken.push(await call('late'))
  }
  rows.push(['enqueued until begun, a sleeping worker', 'p8a', median(woken)])
  rows.push(['a run is killed: until its item runs again', 'p8a', median(await killed(host))])
  if (values.million) await million(host, call)
}

/** An item is on the disk before it begins, so that this is the least that it takes. */
function syncMs(disk: number, nth: number): number {
  const bytes = Buffer.alloc(16_384)
  const atMs = now()
  writeSync(disk, bytes, 0, bytes.length, (nth % 50) * bytes.length)
  fdatasyncSync(disk)
  return now() - atMs
}

async function killed(host: TestHost): Promise<number[]> {
  await host.ok('stop', 'local', 'mail')
  await host.ok('start', 'local', 'mail', '--min', '2', '--max', '2')
  const file = join(host.data, 'pods/mail/storage/begun')
  const begun = () => {
    try {
      return readFileSync(file, 'utf8').trimEnd().split('\n').map(Number)
    } catch {
      // None has begun yet.
      return []
    }
  }
  const took: number[] = []
  for (let n = 1; n <= 7; n++) {
    await host.ask('queue.add', { name: 'mail', fn: 'hold', id: `hold${n}` })
    while (begun().length < 2 * n - 1) await delay(5)
    const { run } = await host.ask('queue.item', { name: 'mail', id: `hold${n}` })
    const { pid = 0 } = (await host.status('mail')).runs.find(({ id }) => id === run) ?? {}
    const atMs = now()
    process.kill(pid, 'SIGKILL')
    while (begun().length < 2 * n) await delay(5)
    took.push((begun().at(-1) ?? 0) - atMs)
    while ((await host.ask('queue.item', { name: 'mail', id: `hold${n}` })).state !== 'done') await delay(50)
    while ((await host.status('mail')).up < 2) await delay(50)
  }
  return took
}

async function million(host: TestHost, call: (fn: string, ...args: unknown[]) => Promise<number>): Promise<void> {
  await host.ask('queue.pause', { name: 'mail' })
  const memory = async () => {
    const { pid } = (await host.status('queue')).runs[0] ?? {}
    const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return `${Math.round(Number(kilobytes) / 1024)} MB`
  }
  const rate = async () => `${Math.round(2000 / ((await call('make', 2000, 64)) / 1000))} a second`
  rows.push(['memory of the queue, few items wait', 'p8a', await memory()], ['enqueued then', 'p8a', await rate()])
  for (let n = 0; n < 1000; n++) {
    const all = Array.from({ length: 1000 }, () => ({ queue: 'mail', fn: 'work', args: [] }))
    await host.ask('pod.call', { name: 'queue', fn: 'addAll', args: [all], timeoutMs: 60_000 })
  }
  rows.push(
    ['memory of the queue, a million items wait', 'p8a', await memory()],
    ['enqueued then', 'p8a', await rate()],
  )
}

async function ofBullmq(dir: string, fsync: string): Promise<void> {
  const at = mkdtempSync(join(tmpdir(), 'p8a-bull-'))
  const port = await freePort()
  const flags = ['--port', String(port), '--dir', at, '--appendonly', 'yes', '--appendfsync', fsync, '--save', '']
  const redis = spawn('redis-server', flags, { stdio: 'ignore' })
  const who = `BullMQ, ${fsync}`
  const { Queue, QueueEvents } = createRequire(join(dir, 'x.js'))('bullmq') as Bull
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null }
  const program = join(at, 'worker.cjs')
  writeFileSync(
    program,
    `const { Worker } = require(${JSON.stringify(join(dir, 'node_modules/bullmq'))})
const now = () => Number(process.hrtime.bigint()) / 1e6
new Worker('mail', async job => (job.name === 'late' ? now() - job.data : undefined), { connection: ${JSON.stringify(connection)}, concurrency: 16 })\n`,
  )
  const workers: ReturnType<typeof spawn>[] = []
  await delay(500)
  const [queue, events] = [new Queue('mail', { connection }), new QueueEvents('mail', { connection })]
  try {
    for (const count of [1, 4]) {
      while (workers.length < count) workers.push(spawn(process.execPath, [program], { stdio: 'ignore' }))
      await delay(2000)
      for (const lanes of [1, 64]) {
        const share = lanes === 1 ? Math.ceil(items / 10) : items
        const before = await queue.getCompletedCount()
        const fromMs = now()
        let made = 0
        const lane = async () => {
          while (made++ < share) await queue.add('work', {})
        }
        await Promise.all(Array.from({ length: lanes }, lane))
        const addedMs = now() - fromMs
        while ((await queue.getCompletedCount()) < before + share) await delay(10)
        told({ workers: count, lanes, who, count: share, addedMs, doneMs: now() - fromMs })
      }
    }
    const lates: number[] = []
    for (let n = 0; n < 200; n++) lates.push(Number(await (await queue.add('late', now())).waitUntilFinished(events)))
    rows.push(['enqueued until begun, an idle worker', who, median(lates)])
  } finally {
    for (const child of workers) child.kill('SIGKILL')
    redis.kill('SIGKILL')
    await Promise.allSettled([queue.close(), events.close()])
    rmSync(at, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What is used of it. */
type Bull = {
  Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: unknown): Promise<{ waitUntilFinished(events: unknown): Promise<unknown> }>
    getCompletedCount(): Promise<number>
    close(): Promise<void>
  }
  QueueEvents: new (name: string, options: object) => { close(): Promise<void> }
}

type Told = { workers: number; lanes: number; who: string; count: number; addedMs: number; doneMs: number }

function told({ workers, lanes, who, count, addedMs, doneMs }: Told): void {
  const perSecond = (ms: number) => `${Math.round(count / (ms / 1000))} a second`
  const how = `${lanes} ${lanes === 1 ? 'producer' : 'producers'}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  rows.push([`enqueued, ${how}`, who, perSecond(addedMs)], [`enqueued and done, ${how}`, who, perSecond(doneMs)])
}

function median(all: readonly number[]): string {
  return `${(all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0).toFixed(2)} ms`
}
