// Queues of a real host: what is enqueued is done by runs of a worker, through the deaths of host, queue and runs.
// Not tested here: the figures, which the bench has.
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ItemInfo, QueueInfo } from '../../protocol/words-queue.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('queues')
let host: TestHost

test.before.each(async () => {
  host = new TestHost()
  await host.up()
})
test.after.each(() => host.dispose())

const worker = `import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
export const config = { kind: 'worker', growAt: 2, max: 3, shrinkAfter: '1s', itemBackoff: '10ms' }
let at
const told = line => appendFileSync(join(at.storage, 'done'), line + '\\n')
export const echo = value => { told(value); return { echo: value, run: at.run } }
export const fail = () => { throw new Error('it does not work') }
export const wait = async ms => { told('begun'); await new Promise(resolve => setTimeout(resolve, ms)); told('ended'); return at.run }
export default async (params, bus, p8a) => { at = p8a }
`

async function started(...options: string[]): Promise<void> {
  const { writeFileSync } = await import('node:fs')
  writeFileSync(join(host.dir, 'mail.js'), worker)
  await host.ok('push', 'local', 'mail', join(host.dir, 'mail.js'))
  await host.ok('start', 'local', 'mail', ...options)
}

const add = async (fn: string, args: unknown[] = [], more: object = {}) =>
  await host.ask('queue.add', { name: 'mail', fn, args, ...more })
const item = async (id: string): Promise<ItemInfo> => await host.ask('queue.item', { name: 'mail', id })
const ended = async (id: string): Promise<ItemInfo> =>
  await until(async () => {
    const told = await item(id)
    return ['done', 'dead', 'expired'].includes(told.state) && told
  }, `${id} has ended`)
const queue = async (): Promise<QueueInfo> => {
  const [told] = (await host.ask('queue.list', { name: 'mail' })).queues
  assert.ok(told)
  return told
}

test('the first worker brings the queue, which calls its functions and keeps what they return', async () => {
  await started()
  assert.is((await host.status('queue')).status, 'up')
  const printed = await host.ok('enqueue', 'local', 'mail', 'echo', 'ann', '--wait')
  assert.equal(JSON.parse(printed), { echo: 'ann', run: 'mail.1' })
  const { id } = await add('fail', [], { retries: 1 })
  const dead = await ended(id)
  assert.equal([dead.state, dead.attempt], ['dead', 2])
  assert.match(dead.error ?? '', /it does not work/)
  assert.match(await host.ok('queue', 'dead', 'local', 'mail'), /fail\(\) +2 of 2 +mail\.1/)
  assert.is(await host.ok('queue', 'retry', 'local', 'mail', '--all'), '1 item of mail tried again\n')
  assert.is((await ended(id)).state, 'dead')
  const refused = await host.refused('enqueue', 'local', 'mail', 'other')
  assert.equal([refused.code, refused.hint], ['function_not_found', 'It exports: echo, fail, wait'])
  assert.is((await host.refused('enqueue', 'local', 'nobody', 'x')).code, 'pod_not_found')
})

test('a worker grows by what waits, and sleeps when there is nothing to do; the next item wakes it', async () => {
  await started()
  await Promise.all(Array.from({ length: 6 }, () => add('wait', [300])))
  await until(async () => (await host.status('mail')).scale === 3, 'it has three runs')
  await until(async () => (await host.status('mail')).asleepSince, 'it sleeps')
  assert.is((await queue()).counts.done, 6)
  const { id } = await add('echo', [1])
  assert.is((await ended(id)).state, 'done')
})

test('a run that is killed gives its items back at once, and another one does them', async () => {
  await started('--min', '2')
  await until(async () => (await host.status('mail')).up === 2, 'it has two runs')
  const { id } = await add('wait', [3000])
  const begun = await until(async () => {
    const told = await item(id)
    return told.state === 'running' && told
  }, 'it runs')
  const run = (await host.status('mail')).runs.find(({ id }) => id === begun.run)
  process.kill(run?.pid ?? 0, 'SIGKILL')
  const again = await until(async () => {
    const told = await item(id)
    return told.state === 'running' && told.run !== begun.run && told
  }, 'another run has it')
  assert.is(again.attempt, 2)
  assert.is((await ended(id)).result, again.run)
})

test('what is enqueued is done once the queue is back that was killed, and so is the host', async () => {
  await started()
  const { pid } = (await host.status('queue')).runs[0] ?? {}
  const ids = await Promise.all(Array.from({ length: 20 }, async (_, n) => (await add('wait', [n * 5])).id))
  process.kill(pid ?? 0, 'SIGKILL')
  await host.killHost()
  await host.up()
  for (const id of ids) assert.is((await ended(id)).state, 'done')
})

test.run()
