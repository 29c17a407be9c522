// Queues of a real host: what is enqueued is done by runs of a worker, through the deaths of host, queue and runs.
// Not tested here: the figures, which the bench has; many items while everything is killed (chaos.test.ts).
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ItemInfo, QueueInfo } from '../../protocol/words-queue.ts'
import { root } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('queues')
let host = new TestHost()

test.before(async () => await host.up())
// With a worker go its items; the queue stays.
test.after.each(async () => await host.removeAll(({ name }) => name !== 'queue'))
test.after(async () => await host.dispose())

const worker = `import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
export const config = { kind: 'worker', growAt: 2, max: 3, shrinkAfter: '1s', itemBackoff: '10ms' }
let at
const told = line => appendFileSync(join(at.storage, 'done'), line + '\\n')
export const echo = value => { told(value); return { echo: value, run: at.run } }
export async function* count(n) { for (let i = 0; i < n; i++) yield i }
export const fail = () => { throw new Error('it does not work') }
export const wait = async ms => { told('begun'); await new Promise(resolve => setTimeout(resolve, ms)); told('ended'); return at.run }
export default async (params, bus, p8a) => { at = p8a }
`

async function started(...options: string[]): Promise<void> {
  writeFileSync(join(host.dir, 'mail.js'), worker)
  await host.pushFile('mail', join(host.dir, 'mail.js'))
  await host.ok('start', 'local', 'mail', ...options)
}

const add = async (fn: string, args: unknown[] = [], more: object = {}) =>
  await host.ask('queue.add', { name: 'mail', fn, args, ...more })
const item = async (id: string): Promise<ItemInfo> => await host.ask('queue.item', { name: 'mail', id })
const ended = async (id: string): Promise<ItemInfo> =>
  await until(async () => {
    const told = await item(id)
    return ['done', 'dead', 'expired', 'canceled'].includes(told.state) && told
  }, `${id} has ended`)
const queue = async (): Promise<QueueInfo> => {
  const [told] = (await host.ask('queue.list', { name: 'mail' })).queues
  assert.ok(told)
  return told
}

/** The one run of a worker that never sleeps, and has nothing to grow by. */
async function onlyRun(name = 'mail'): Promise<string> {
  const { runs } = await host.status(name)
  assert.is(runs.length, 1)
  return runs[0]?.id ?? ''
}

test('the first worker brings the queue, which calls its functions and keeps what they return', async () => {
  await started('--min', '1')
  assert.is((await host.status('queue')).status, 'up')
  const printed = await host.ok('enqueue', 'local', 'mail', 'echo', 'ann', '--wait')
  assert.equal(JSON.parse(printed), { echo: 'ann', run: await onlyRun() })
  const { id } = await add('fail', [], { retries: 1 })
  const dead = await ended(id)
  assert.equal([dead.state, dead.attempt], ['dead', 2])
  assert.match(dead.error ?? '', /it does not work/)
  assert.match(await host.ok('queue', 'dead', 'local', 'mail'), new RegExp(`fail\\(\\) +2 of 2 +${await onlyRun()}\\b`))
  assert.is(await host.ok('queue', 'retry', 'local', 'mail', '--all'), '1 item of mail tried again\n')
  assert.is((await ended(id)).state, 'dead')
  const refused = await host.refused('enqueue', 'local', 'mail', 'other')
  assert.equal([refused.code, refused.hint], ['function_not_found', 'It exports: count, echo, fail, wait'])
  assert.is((await host.refused('enqueue', 'local', 'nobody', 'x')).code, 'pod_not_found')

  // A schedule of a worker enqueues, each time one item.
  const schedule = { at: '* * * * * *', enqueue: 'echo', args: ['tick'] }
  writeFileSync(
    join(host.dir, 'tick.js'),
    worker.replace("kind: 'worker'", `kind: 'worker', schedule: ${JSON.stringify(schedule)}`),
  )
  await host.pushFile('tick', join(host.dir, 'tick.js'))
  await host.ok('start', 'local', 'tick')
  const ticks = await until(async () => {
    const { items } = await host.ask('queue.items', { name: 'tick', state: 'done' })
    return items.length >= 2 && items
  }, 'two ticks are done')
  assert.match(ticks[0]?.id ?? '', /^schedule-\d{4}-/)
  assert.equal(ticks[0]?.args, ['tick'])
})

test('a worker grows by what waits, and sleeps when there is nothing to do; the next item wakes it', async () => {
  await started()
  // However long it takes to enqueue them, six wait at once.
  await host.ask('queue.pause', { name: 'mail' })
  await Promise.all(Array.from({ length: 6 }, () => add('wait', [500])))
  await host.ask('queue.resume', { name: 'mail' })
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
  const done = join(host.data, 'pods/mail/storage/done')
  // One that a run was given, and had not begun when it was killed, has had no attempt.
  await until(() => existsSync(done) && readFileSync(done, 'utf8') === 'begun\n', 'its function has begun')
  const begun = await item(id)
  const run = (await host.status('mail')).runs.find(({ id }) => id === begun.run)
  process.kill(run?.pid as number, 'SIGKILL')
  const again = await until(async () => {
    const told = await item(id)
    return told.state === 'running' && told.run !== begun.run && told
  }, 'another run has it')
  assert.is(again.attempt, 2)
  assert.is((await ended(id)).result, again.run)
})

test('what a person does with items and their worker is told, and nothing of it is undone behind them', async () => {
  await started()
  await host.ok('queue', 'pause', 'local', 'mail')
  assert.match(
    await host.ok('enqueue', 'local', 'mail', 'echo', 'x', '--id', 'a'),
    /^a, waits: the queue of mail is paused/,
  )
  const canceled = await host.ask('queue.cancel', { name: 'mail', id: 'a' })
  assert.is(canceled.state, 'canceled')
  const { counts } = await queue()
  assert.equal([counts.dead, counts.canceled], [0, 1])
  await add('echo', ['b'], { id: 'b' })
  await add('echo', ['c'], { id: 'c', at: '2999-01-01T00:00:00Z' })
  // To another worker, by its id; and all that is left is dropped.
  await host.pushFile('post', join(host.dir, 'mail.js'))
  await host.ok('start', 'local', 'post', '--min', '1')
  assert.is(await host.ok('queue', 'move', 'local', 'mail', 'post', 'b'), '1 item of mail moved to post\n')
  const moved = await until(async () => {
    const told = await host.ask('queue.item', { name: 'post', id: 'b' })
    return told.state === 'done' && told
  }, 'post has done it')
  assert.equal(moved.result, { echo: 'b', run: await onlyRun('post') })
  assert.is(await host.ok('queue', 'purge', 'local', 'mail'), '2 items of mail dropped\n')
  assert.match(await host.ok('queue', 'list', 'local'), /^NAME .* A MINUTE /)

  // A worker that is stopped: whoever waits learns it.
  await host.ok('queue', 'resume', 'local', 'mail')
  await host.ok('stop', 'local', 'mail')
  const waiting = host.pod('enqueue', 'local', 'mail', 'echo', 'late', '--id', 'late', '--wait')
  await until(async () => (await queue()).counts.waiting === 1, 'it waits')
  await host.ok('start', 'local', 'mail')
  const { stdout, stderr } = await waiting
  assert.equal(JSON.parse(stdout).echo, 'late')
  assert.match(stderr, /^late waits: mail is stopped, until somebody starts it/)

  // A queue that was stopped stays so, also where a worker is started or removed meanwhile.
  await host.ok('queue', 'pause', 'local', 'mail')
  await add('echo', ['kept'], { id: 'kept' })
  await host.ok('stop', 'local', 'queue')
  const refused = await host.refused('enqueue', 'local', 'mail', 'echo', 'x')
  assert.equal([refused.code, refused.message], ['pod_not_up', 'There is no queue now: pod "queue" was stopped'])
  assert.match(refused.hint ?? '', /pod start local queue/)
  await host.ok('restart', 'local', 'mail')
  assert.is((await host.status('queue')).want, 'idle')
  await host.ok('remove', 'local', 'mail', '--force')
  await host.ok('start', 'local', 'queue')
  // One that is never asleep.
  await started('--min', '1')
  assert.equal(Object.values((await queue()).counts), [0, 0, 0, 0, 0, 0, 0, 0])

  // The items of a pod are removed with it, and how many runs it had grown to goes with its kind.
  await host.ok('queue', 'pause', 'local', 'mail')
  await Promise.all([1, 2, 3].map(n => add('echo', [n], { id: `n${n}` })))
  assert.is(
    await host.ok('remove', 'local', 'mail', '--force'),
    'mail is removed, with 3 items that had not ended, and was stopped before\n',
  )
  await started('--min', '3')
  assert.is((await queue()).counts.waiting, 0)
  await until(async () => (await host.status('mail')).up === 3, 'it has grown')
  await host.ok('stop', 'local', 'mail')
  await host.ok('start', 'local', 'mail', '--kind', 'service')
  assert.is((await host.status('mail')).scale, 1)
})

test('what is enqueued is done once the queue is back that was killed, and so is the host', async () => {
  await started()
  const { pid } = (await host.status('queue')).runs[0] ?? {}
  const ids = await Promise.all(Array.from({ length: 20 }, async (_, n) => (await add('wait', [n * 5])).id))
  process.kill(pid as number, 'SIGKILL')
  await host.killHost()
  await host.up()
  for (const id of ids) assert.is((await ended(id)).state, 'done')
})

test('an attempt outlives the queue, and is not begun again', async () => {
  await started()
  const { id } = await add('wait', [2000])
  await until(async () => (await item(id)).state === 'running', 'it runs')
  const { pid } = (await host.status('queue')).runs[0] ?? {}
  process.kill(pid as number, 'SIGKILL')
  const told = await ended(id)
  assert.equal([told.state, told.attempt], ['done', 1])
  const lines = readFileSync(join(host.data, 'pods/mail/storage/done'), 'utf8')
  assert.is(lines, 'begun\nended\n')
})

test('items and queues are there over HTTP', async () => {
  await started('--min', '1')
  const ask = async (path: string, body?: object) => {
    const headers = { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' }
    const init = body ? { method: 'POST', body: JSON.stringify(body), headers } : { headers }
    const response = await fetch(`http://127.0.0.1:${host.port}${path}`, init)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const { status, body } = await ask('/queues/mail', { fn: 'echo', args: [5], id: 'x' })
  assert.equal([status, body.id], [201, 'x'])
  assert.is((await ask('/queues/mail', { fn: 'echo', args: [5], id: 'x' })).body.isNew, false)
  const ended = await until(async () => {
    const { body } = await ask('/queues/mail/item?id=x&wait=20000')
    return body.state === 'done' && body
  }, 'it is done')
  assert.equal(ended.result, { echo: 5, run: await onlyRun() })
  assert.is(((await ask('/queues/mail/items?state=done')).body.items as unknown[]).length, 1)
  assert.is((await ask('/queues/mail')).body.name, 'mail')
  assert.is((await ask('/queues/nobody', { fn: 'x' })).status, 404)
  assert.is((await ask('/queues/mail', { fn: 'echo', key: '' })).status, 400)

  // What a person does with items and queues.
  const post = async (step: string, body: object = {}, name = 'mail') => {
    const { status, body: answer } = await ask(`/queues/${name}/${step}`, body)
    return [status, answer.count ?? answer.isPaused ?? answer.state ?? answer.code]
  }
  assert.equal(await post('pause'), [200, true])
  await host.pushFile('post', join(host.dir, 'mail.js'))
  await host.ok('start', 'local', 'post')
  for (const id of ['a', 'b', 'c', 'd']) await add('echo', [id], { id })
  assert.equal(await post('cancel', { id: 'a' }), [200, 'canceled'])
  assert.equal(await post('cancel', { id: 'a' }), [409, 'item_state'])
  assert.equal(await post('move', { to: 'post', ids: ['b'] }), [200, 1])
  assert.equal(await post('drop', { ids: ['c'] }), [200, 1])
  assert.equal(await post('retry', { ids: ['a'] }), [200, 1])
  assert.equal(await post('retry', { ids: 'all', state: 'canceled' }), [200, 0])
  assert.equal(await post('resume'), [200, false])
  for (const [name, id] of [
    ['post', 'b'],
    ['mail', 'a'],
    ['mail', 'd'],
  ] as const) {
    const isDone = async () => (await host.ask('queue.item', { name, id })).state === 'done'
    await until(isDone, `${name} has done ${id}`)
  }
  assert.equal(await post('drop', { ids: 'all', state: 'done' }), [200, 3])
  assert.equal(await post('retry', { ids: ['gone'] }), [404, 'item_not_found'])
  assert.equal(await post('move', { to: 'mail', ids: 'all' }), [400, 'bad_params'])
  assert.equal(await post('drop', { ids: 'some' }), [400, 'bad_params'])
  for (const step of ['pause', 'resume', 'retry', 'drop', 'move'])
    assert.equal(await post(step, { ids: 'all', ...(step === 'move' && { to: 'mail' }) }, 'nobody'), [
      404,
      'pod_not_found',
    ])
})

test('what a generator yields is printed as it comes, and p8a.queue gives it to a pod', async () => {
  await started()
  assert.is(await host.ok('enqueue', 'local', 'mail', 'count', '3', '--wait'), '0\n1\n2\n')
  const asker = `let queue
export const config = {}
export const ask = async n => await queue('mail', { wait: true }).count(n)
export const echo = async value => (await queue('mail', { wait: true }).echo(value)).echo
export default async (params, bus, p8a) => { queue = p8a.queue }
`
  writeFileSync(join(host.dir, 'asker.js'), asker)
  await host.pushFile('asker', join(host.dir, 'asker.js'))
  await host.ok('start', 'local', 'asker')
  const call = async (fn: string, value: unknown) =>
    (await host.ask('pod.call', { name: 'asker', fn, args: [value] })).value
  assert.equal(await call('ask', 3), [0, 1, 2])
  assert.is(await call('echo', 'x'), 'x')
})

test('a queue that an earlier host pushed is replaced by that of this one, and one that somebody pushed is not, nor by any other program', async () => {
  await host.dispose()
  host = new TestHost()
  await host.up()
  const shipped = readFileSync(join(root, 'dist/pods/queue/pod.js'), 'utf8')
  await host.ask('pod.push', { name: 'queue', code: `${shipped}\n// another`, file: 'queue.js' })
  await started()
  assert.is((await host.status('queue')).version, 1)
  const { id } = await add('echo', ['kept'])
  await ended(id)
  await host.killHost()
  const file = join(host.data, 'pods/queue/pod.json')
  const desired = JSON.parse(readFileSync(file, 'utf8'))
  desired.images[0].by = 'p8a'
  writeFileSync(file, JSON.stringify(desired))
  await host.up()
  assert.equal((await ended(id)).state, 'done')
  await until(async () => (await host.status('queue')).version === 2, 'it has what comes with this host')
  assert.equal((await ended((await add('echo', ['after'])).id)).state, 'done')
  assert.is((await host.status('queue')).latest, 2)

  // Nothing else takes its place: neither what is pushed, nor an image that is imported.
  const refused = await host.refused('push', 'local', 'queue', join(host.dir, 'mail.js'))
  assert.match(refused.message, /Cannot push pod "queue": it keeps the queues of this host/)
  await host.ok('image', 'export', 'local', 'mail', join(host.dir, 'mail.image'))
  assert.is((await host.refused('image', 'import', 'local', 'queue', join(host.dir, 'mail.image'))).code, 'pod_exists')
  await host.ok('image', 'export', 'local', 'queue', join(host.dir, 'queue.image'))
  await host.ok('image', 'import', 'local', 'queue', join(host.dir, 'queue.image'))
})

test.run()
