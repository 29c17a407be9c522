// What a run makes of the calls of another, over a socket. Not here: messages that are none (wire.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import type { Calling } from '../../../shim/calls/context.ts'
import { errorOf, failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { calleeOn, Met } from './met.ts'

test('a call gets what the function returns, or what its promise comes to', async () => {
  using met = new Met({ now: () => ({ a: 1 }), later: async () => 'later', nothing: () => undefined })
  const web = calleeOn(await met.dial())
  assert.equal([await web.now?.(), await web.later?.(), await web.nothing?.()], [{ a: 1 }, 'later', null])
})

test('a call fails as the function fails, at once or later', async () => {
  using met = new Met({
    now: () => {
      throw new P8aError('forbidden', 'Not today')
    },
    later: async () => await Promise.reject(new RangeError('too far')),
    bigint: () => 1n,
  })
  const web = calleeOn(await met.dial())
  assert.is((await failsWith('forbidden', () => web.now?.())).message, 'Not today')
  assert.match((await failsWith('call_failed', () => web.later?.())).message, 'too far')
  await failsWith('call_failed', () => web.bigint?.())
})

test('a function is told who calls, and until when they wait', async () => {
  using met = new Met({ wait: () => null })
  const beforeMs = Date.now()
  await calleeOn(await met.dial(), { timeout: '5s' }).wait?.()
  const [calling] = met.callings
  assert.is(calling?.caller, 'asker.1')
  assert.ok((calling?.deadlineMs ?? 0) >= beforeMs + 5000)
  assert.not(calling?.signal.aborted)
})

test('what another run says in nonsense reaches no listener', async () => {
  using met = new Met({ now: () => 7 })
  const dialled = await met.dial()
  const tell = (method: string, ...params: unknown[]) =>
    dialled.publish(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`)
  for (const odd of [null, 'x', {}, 1.5, undefined]) {
    tell('$/dropped', odd)
    tell('$/event', odd, odd, 1)
    tell('$/event', '', odd, 1)
    tell('$/cancel', odd)
  }
  assert.is(await calleeOn(dialled).now?.(), 7)
  assert.equal([met.dropped, met.events.filter(({ topic }) => topic !== 'x')], [[], []])
})

test('one that leaves begins no more, answers what is under way, and lets calls that are made once be joined', async () => {
  const answer = Promise.withResolvers<string>()
  using met = new Met({ slow: () => answer.promise, now: () => 1 })
  const first = await met.dial(undefined, { onLeft: () => {} })
  const [plain, once] = [calleeOn(first).slow?.(), calleeOn(first, { once: 'a' }).slow?.()]
  await until(() => met.callings.length === 2, 'both are called')
  const grant = await met.admit()
  met.door.leave()
  met.door.leave()
  const late = await failsWith('pod_not_up', () => calleeOn(first).now?.())
  assert.is(late.facts.delivered, false)
  const second = await met.dial(grant, { onLeft: () => {} })
  const joined = calleeOn(second, { once: 'a' }).slow?.()
  assert.is((await failsWith('pod_not_up', () => calleeOn(second, { once: 'b' }).now?.())).facts.delivered, false)
  answer.resolve('done')
  assert.equal(await Promise.all([plain, once, joined]), ['done', 'done', 'done'])
  assert.equal(met.called, ['slow', 'slow'])
})

test('one that leaves begins the calls of callers that do not know of that, gets their events, and those of whoever is let in later', async () => {
  using met = new Met({ now: () => 1 })
  const before = await met.dial()
  await calleeOn(before).now?.()
  met.door.leave()
  assert.is(await calleeOn(before).now?.(), 1)
  before.publish(`{"jsonrpc":"2.0","method":"$/event","params":["","x",1]}\n`)
  assert.is(await calleeOn(await met.dial(undefined, { onLeft: () => {} })).now?.(), 1)
  assert.equal(
    met.events.map(({ topic }) => topic),
    ['x'],
  )
})

test('a call that is to be made once is joined by whoever asks again, also when the first caller has hung up', async () => {
  const answer = Promise.withResolvers<string>()
  using met = new Met({
    slow: () => answer.promise,
    count: async function* () {
      yield 1
    },
  })
  const first = await met.dial()
  const lost = calleeOn(first, { once: 'a' }).slow?.()
  lost?.catch(() => {})
  await until(() => met.callings.length === 1, 'it is called')
  met.hangUp()
  const second = await met.dial()
  const joined = calleeOn(second, { once: 'a' }).slow?.()
  const other = calleeOn(second, { once: 'b' }).slow?.()
  await until(() => met.callings.length === 2, 'the other one is called')
  assert.not(met.callings[0]?.signal.aborted)
  assert.is(met.callings[0]?.once, 'a')
  answer.resolve('done')
  assert.equal(await Promise.all([joined, other]), ['done', 'done'])
  assert.is(await calleeOn(second, { once: 'a' }).slow?.(), 'done')
  assert.is(met.callings.length, 2)
  assert.equal(await calleeOn(second, { once: 'c' }).count?.(), [1])
})

test('a call that is to be made once, and is given up, is made again for whoever asks again', async () => {
  using met = new Met({ slow: () => new Promise(() => {}) })
  const web = await met.dial()
  const ending = new AbortController()
  const given = calleeOn(web, { once: 'a', signal: ending.signal }).slow?.()
  await until(() => met.callings.length === 1, 'it is called')
  ending.abort()
  await failsWith('aborted', async () => await given)
  await until(() => met.callings[0]?.signal.aborted, 'it is told')
  calleeOn(web, { once: 'a' })
    .slow?.()
    .catch(() => {})
  await until(() => met.callings.length === 2, 'it is called again')
})

test('whoever gives a function for each value gets them one by one, and then nothing', async () => {
  using met = new Met({
    count: async function* () {
      yield 1
      yield 2
    },
    plain: () => 5,
  })
  const web = await met.dial()
  const values: unknown[] = []
  const taking = calleeOn(web, { each: value => void values.push(value) })
  assert.is(await taking.count?.(), undefined)
  assert.equal(values, [1, 2])
  assert.is(await taking.plain?.(), 5)
})

test('a generator is a stream, with bytes as they are, and ends as the generator ends', async () => {
  using met = new Met({
    count: async function* () {
      yield 1
      yield new Uint8Array([104, 105])
    },
    fail: async function* () {
      yield 1
      throw new Error('no')
    },
  })
  const web = calleeOn(await met.dial())
  const values: unknown[] = []
  for await (const value of web.count?.() ?? []) values.push(value)
  assert.equal([values[0], Buffer.from(values[1] as Uint8Array).toString(), values.length], [1, 'hi', 2])
  const failing: unknown[] = []
  const error = await errorOf(async () => {
    for await (const value of web.fail?.() ?? []) failing.push(value)
  })
  assert.match(error.message, 'no')
  assert.equal(failing, [1])
})

test('a caller that gives up aborts what was called, and one that has gone aborts all', async () => {
  const aborted: unknown[] = []
  const wait = function (this: Calling) {
    this.signal.addEventListener('abort', () => aborted.push((this.signal.reason as Error).message))
    return new Promise(() => {})
  }
  using met = new Met({ wait, ping: () => 'pong' })
  const dialled = await met.dial()
  const leaving = new AbortController()
  const given = failsWith('aborted', () => calleeOn(dialled, { signal: leaving.signal }).wait?.())
  const others = [1, 2].map(() => errorOf(() => calleeOn(dialled).wait?.()))
  assert.is(await calleeOn(dialled).ping?.(), 'pong')
  leaving.abort()
  await given
  await until(() => aborted.length === 1, 'it is told')
  assert.equal(aborted, ['The caller gave up'])
  met.hangUp()
  await Promise.all(others)
  await until(() => aborted.length === 3, 'all are told')
  assert.equal(aborted.slice(1), ['The caller is gone', 'The caller is gone'])
})

test('an event reaches the run, with the rights of whoever published it', async () => {
  using met = new Met()
  const dialled = await met.dial()
  dialled.publish('{"jsonrpc":"2.0","method":"$/event","params":["lab","orders.new",{"id":7}]}\n')
  await until(() => met.events.length > 0, 'it has come')
  const publisher = { name: 'asker.1', role: 'read', path: '' }
  assert.equal(met.events, [{ path: 'lab', topic: 'orders.new', data: { id: 7 }, publisher }])
})

test.run()
