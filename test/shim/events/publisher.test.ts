import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Subscriber } from '../../../protocol/calls.ts'
import type { AskHost } from '../../../shim/calls/host-line.ts'
import { Publisher } from '../../../shim/events/publisher.ts'
import { until } from '../../until.ts'
import { Met } from '../calls/met.ts'

type Asked = { path: string; have: string[] }

/** A publisher at `lab`, whose host answers so. */
function publisher(answer: (asked: Asked) => Subscriber[] | Promise<Subscriber[]>) {
  const asked: Asked[] = []
  const ask = async (_method: string, params: Asked) => {
    asked.push(params)
    return await answer(params)
  }
  const host = { isGone: false, ask } as unknown as AskHost
  return { publisher: new Publisher(host, 'lab'), asked }
}

/** A subscriber to these patterns. */
const introduced = async (met: Met, have: string[], patterns: string[]): Promise<Subscriber> =>
  have.includes('web.1')
    ? { run: 'web.1', patterns }
    : { run: 'web.1', socket: met.socket, grant: await met.admit(), patterns }

const topicsOf = ({ events }: Met) => events.map(({ topic }) => topic)

test('publish() keeps what comes before it is known who subscribes, and then sends what they want', async () => {
  using met = new Met()
  const { publisher: from, asked } = publisher(async ({ have }) => [await introduced(met, have, ['mail.*'])])
  for (const topic of ['mail.1', 'orders', 'mail.2']) from.publish(topic, 7)
  await until(() => met.events.length === 2, 'they have come', { everyMs: 1 })
  from.publish('mail.3', 8)
  await until(() => met.events.length === 3, 'it has come', { everyMs: 1 })
  assert.equal(topicsOf(met), ['mail.1', 'mail.2', 'mail.3'])
  assert.equal([met.events[2]?.data, met.events[2]?.path, asked], [8, 'lab', [{ path: 'lab', have: [] }]])
})

test('publish() tells a subscriber what it wants, whatever another one says that is no pattern', async () => {
  using met = new Met()
  const odd = { run: 'odd.1', socket: `${met.socket}-of-nobody`, grant: 'x', patterns: ['', 'a b', 7 as never] }
  const { publisher: from } = publisher(async ({ have }) => [odd, await introduced(met, have, ['mail', '..'])])
  from.publish('mail', 1)
  await until(() => met.events.length === 1, 'it has come', { everyMs: 1 })
})

test('onMoved() asks again: with a run that is known by its connection, and with other patterns', async () => {
  using met = new Met()
  let patterns = ['mail']
  const { publisher: from, asked } = publisher(async ({ have }) => [await introduced(met, have, patterns)])
  from.publish('mail', 1)
  await until(() => met.events.length === 1, 'it has come', { everyMs: 1 })
  patterns = ['orders']
  from.onMoved()
  await until(() => asked.length === 2, 'it has asked', { everyMs: 1 })
  await new Promise(resolve => setImmediate(resolve))
  for (const topic of ['mail', 'orders']) from.publish(topic, 2)
  await until(() => met.events.length === 2, 'it has come', { everyMs: 1 })
  assert.equal([topicsOf(met), asked[1]?.have], [['mail', 'orders'], ['web.1']])
})

test('publish() says once how many were dropped before it was known who subscribes', async () => {
  const gate = Promise.withResolvers<Subscriber[]>()
  const { publisher: from } = publisher(() => gate.promise)
  const said: string[] = []
  const write = process.stderr.write
  process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0
  try {
    for (let at = 0; at < 1003; at++) from.publish('mail', at)
    gate.resolve([])
    await until(() => said.length > 0, 'it is said', { everyMs: 1 })
  } finally {
    process.stderr.write = write
  }
  assert.equal(said, ['p8a: 3 events were dropped before the host told who subscribes\n'])
})

test('publish() returns what is sent, and refuses a topic that is none and data without a JSON form', () => {
  const { publisher: from, asked } = publisher(() => [])
  assert.equal([from.publish('mail', { a: 1 }), from.publish('mail', undefined)], ['{"a":1}', 'null'])
  assert.throws(() => from.publish('mail.*', 1), TypeError)
  assert.throws(() => from.publish('mail', 1n), TypeError)
  assert.is(asked.length, 1)
})

test.run()
