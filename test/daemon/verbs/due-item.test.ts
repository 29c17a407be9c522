// What a schedule enqueues, with a queue that answers as a test says. Not here: the real one (e2e/queues.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { enqueuedBy } from '../../../daemon/verbs/due-item.ts'
import { parseParams } from '../../../daemon/verbs/params.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

const item = { name: 'mail', fn: 'send', args: ['ann'], id: 'schedule-1' }

/** A host with a queue in it that is asked for these items. */
async function withQueue(add: (item: object) => unknown, path = '') {
  const host = await Inside.open()
  const asked: object[] = []
  if (path !== '') await host.mount(path, { handles: ['queue.add'], others: 'refuse' })
  host.machine.onShim = shim => {
    shim.functions = {
      add: (item: object) => {
        asked.push(item)
        return add(item)
      },
    }
  }
  const code = `export const config = { labels: { 'p8a/queue': '1' } }\nexport const add = () => {}\nexport default () => {}`
  const { root } = host.kept
  const place = path === '' ? root : host.kept.hosts.get(path)
  const by = { name: 'local', role: 'admin', path } as const
  const signal = new AbortController().signal
  const params = parseParams('pod.push', { path, name: 'queue', code })
  await host.verbs.doOwn('pod.push', params, { by, signal })
  return { host, asked, place, enqueue: enqueuedBy(host.verbs) }
}

test('enqueuedBy() asks as a client does: the queue is begun where it is not up, and knows who asked', async () => {
  const { host, asked, place, enqueue } = await withQueue(() => ({ id: 'x', isNew: true, state: 'waiting' }))
  await using _ = host
  await enqueue('', item)
  assert.is(place.pods.get('queue').supervisor.state, 'up')
  const { name, ...rest } = item
  assert.equal(asked, [{ ...rest, queue: name, priority: 0, producer: 'schedule' }])
})

test('enqueuedBy() goes past what the owner of a host handles', async () => {
  const { host, asked, enqueue } = await withQueue(() => ({ id: 'x', isNew: true, state: 'waiting' }), 'lab')
  await using _ = host
  await enqueue('lab', item)
  assert.is(asked.length, 1)
})

test('enqueuedBy() has the error of the queue, and waits for no answer for ever', async () => {
  let answers: () => unknown = () => {
    throw new P8aError('call_failed', 'mail exports no send', { facts: { errorCode: 'function_not_found' } })
  }
  const { host, asked, enqueue } = await withQueue(() => answers())
  await using _ = host
  await failsWith('function_not_found', () => enqueue('', item))
  answers = () => new Promise(() => {})
  const late = await failsWith('timeout', () => enqueuedBy(host.verbs, { answerMs: 300 })('', item))
  assert.match(late.message, 'did not answer within 0.3 s')
  await until(() => asked.length === 2, 'it was asked')
})

test('a schedule enqueues so', async () => {
  const { host, asked } = await withQueue(() => ({ id: 'x', isNew: true, state: 'waiting' }))
  await using _ = host
  const schedule = { at: '* * * * * *', enqueue: 'send', args: ['ann'] }
  const code = `export const config = { kind: 'worker' }\nexport const send = () => {}\nexport default () => {}`
  await host.do('pod.push', { name: 'mail', code })
  await host.do('pod.start', { name: 'mail', config: { schedule } })
  const [first] = await until(() => asked.length > 0 && asked, 'one is enqueued')
  assert.match(JSON.stringify(first), '"fn":"send","args":["ann"]')
})

test.run()
