import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { Call, type Place } from '../../../shim/calls/call.ts'
import { errorOf, failsWith } from '../../fails.ts'
import { Pair } from '../../protocol/channel/pair.ts'

/** A call that is under way at a place which notes what it is told. */
function underWay({ lateness }: { lateness?: P8aError } = {}) {
  const told: string[] = []
  const place: Place = {
    callee: 'web.1',
    cancel: () => void told.push('cancel'),
    forget: () => void told.push('forget'),
    lateness: () => lateness,
  }
  let settled = 0
  const call = new Call({ fn: 'add', line: '', timeoutMs: 500, onSettled: () => settled++ })
  call.place = place
  return { call, told, settled: () => settled }
}

async function all(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const value of values) found.push(value)
  return found
}

test('a call gives its value to all who await it, before it came and after', async () => {
  const { call, told, settled } = underWay()
  const before = Promise.all([call, call.then(value => [value])])
  call.succeed(3)
  call.succeed(4)
  assert.equal([await before, await call, told, settled()], [[3, [3]], 3, ['forget'], 1])
})

test('a call fails for all who await it, before it failed and after', async () => {
  const { call, settled } = underWay()
  const before = errorOf(() => call)
  call.fail(new Error('no'))
  call.succeed(4)
  assert.equal([(await before).message, (await errorOf(() => call)).message, settled()], ['no', 'no', 1])
  assert.is(await call.catch(() => 'caught'), 'caught')
  let isOver = false
  await call.finally(() => (isOver = true)).catch(() => {})
  assert.ok(isOver)
})

test('a failure that nobody awaits is an unhandled rejection, like any other', async () => {
  const { call } = underWay()
  const unhandled = new Promise<unknown>(resolve => process.once('unhandledRejection', resolve))
  call.fail(new Error('nobody awaits this'))
  assert.match(String(await unhandled), 'nobody awaits this')
})

test('the values of a stream are taken one by one, also by a loop that began before the first came', async () => {
  for (const isEarly of [true, false]) {
    const { call, settled } = underWay()
    const pair = new Pair(usualWindow)
    const early = isEarly && all(call)
    call.begin(pair.opener)
    const values = early || all(call)
    await pair.acceptor.send('a')
    await pair.acceptor.send('b')
    pair.acceptor.end(null)
    await pair.settle()
    assert.equal([await values, settled()], [['a', 'b'], 1])
  }
})

test('a stream that is awaited is a list of its values', async () => {
  for (const isEarly of [true, false]) {
    const { call } = underWay()
    const pair = new Pair(usualWindow)
    const early = isEarly && call.then(value => value)
    call.begin(pair.opener)
    const list = early || call.then(value => value)
    await pair.acceptor.send(1)
    pair.acceptor.end(null)
    await pair.settle()
    assert.equal(await list, [1])
  }
})

test('a loop over what is no generator fails, and says to await it', async () => {
  const { call } = underWay()
  const looped = failsWith('call_failed', () => all(call))
  call.succeed(3)
  assert.match((await looped).message, 'what "add" returned: it is not a generator')
  await failsWith('call_failed', () => all(call))
})

test('a loop fails as the call fails', async () => {
  const { call } = underWay()
  const looped = errorOf(() => all(call))
  call.fail(new Error('no'))
  assert.is((await looped).message, 'no')
})

test('a loop that is left gives the call up, whether values came or none', async () => {
  const { call, told, settled } = underWay()
  const values = call[Symbol.asyncIterator]()
  const next = values.next()
  await values.return?.()
  assert.equal([told, settled(), (await next).done], [['cancel', 'forget'], 1, true])
  const { call: stream } = underWay()
  const pair = new Pair(usualWindow)
  stream.begin(pair.opener)
  await pair.acceptor.send(1)
  await pair.settle()
  for await (const _value of stream) break
  await pair.settle()
  assert.ok(pair.acceptor.leaving.isAborted)
})

test('abandon() tells the other end, and fails the call', async () => {
  const { call, told } = underWay()
  call.abandon(new P8aError('aborted', 'enough'))
  await failsWith('aborted', () => call)
  assert.equal(told, ['cancel', 'forget'])
  call.abandon(new Error('again'))
  assert.is(told.length, 2)
})

test('timeOut() says who gave no answer within which time, or why that is not their fault', async () => {
  const { call } = underWay()
  call.timeOut()
  const { message } = await failsWith('timeout', () => call)
  assert.is(message, 'Cannot call "add" of web.1: no answer within 500 ms')
  const { call: other } = underWay({ lateness: new P8aError('host_gone', 'no host') })
  other.timeOut()
  await failsWith('host_gone', () => other)
})

test('begin() of a call that is over takes nothing of the stream', async () => {
  const { call } = underWay()
  call.succeed(1)
  const pair = new Pair(usualWindow)
  call.begin(pair.opener)
  await pair.settle()
  assert.ok(pair.acceptor.leaving.isAborted)
  assert.is(await call, 1)
})

test.run()
