import { getEventListeners } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { CalleeOptions } from '../../../protocol/author.ts'
import type { Call } from '../../../shim/calls/call.ts'
import { makeCallee } from '../../../shim/calls/callee.ts'
import { Patience } from '../../../shim/calls/patience.ts'
import { errorOf, failsWith } from '../../fails.ts'

/** The pod `web`, of which no call is ever answered by itself. The timer of the host's time ends by itself. */
function web(options: CalleeOptions = {}, { defaultMs = 50 } = {}) {
  const started: Call[] = []
  const patience = new Patience(defaultMs)
  const start = (name: string, call: Call) => {
    assert.is(name, 'web')
    started.push(call)
  }
  return { callee: makeCallee('web', options, { patience, start }), started }
}

test('every name is a function, always the same, but `then`: a callee is no promise', async () => {
  const { callee } = web()
  assert.is(callee.greet, callee.greet)
  assert.is.not(callee.greet, callee.leave)
  assert.is(await callee, callee)
})

test('a call is a line with the name, the arguments, and a time of its own', () => {
  const { callee, started } = web()
  void callee.add?.(1, { two: 2 })
  void callee.list?.()
  const { callee: hasty, started: others } = web({ timeout: '2s', hops: 3 })
  void hasty.add?.(1)
  assert.equal(
    [...started, ...others].map(({ line }) => line),
    [
      '"method":"add","params":[1,{"two":2}]}\n',
      '"method":"list","params":[]}\n',
      '"method":"add","params":[1],"timeoutMs":2000}\n',
    ],
  )
  assert.equal([others[0]?.timeoutMs, others[0]?.hops], [2000, 3])
  for (const call of [...started, ...others]) call.succeed(null)
})

test('arguments without a JSON form, and a name that is reserved, start no call', async () => {
  const { callee, started } = web()
  await errorOf(() => callee.add?.(1n))
  await failsWith('function_not_found', () => callee['$/event']?.())
  assert.equal(started, [])
})

test('a call ends when its own time is over, or that of the host', async () => {
  for (const { callee } of [web({ timeout: 5 }), web({}, { defaultMs: 5 })]) {
    await failsWith('timeout', () => callee.add?.(1))
  }
})

test("a stream has as much time as it takes where the time is the host's, or for its beginning alone", async () => {
  for (const given of [web({}, { defaultMs: 5 }), web({ timeout: 5, untilFirst: true })]) {
    void given.callee.count?.()
    const late = web({}, { defaultMs: 5 })
    given.started[0]?.begin({ whenClosed: () => {} } as never)
    await failsWith('timeout', () => late.callee.add?.(1))
    assert.not(given.started[0]?.isSettled)
  }
  await failsWith('timeout', () => web({ timeout: 5, untilFirst: true }).callee.count?.())
})

test('a signal ends all calls that are under way, and lets none begin after', async () => {
  const leaving = new AbortController()
  const { callee, started } = web({ signal: leaving.signal })
  const calls = [callee.add?.(1), callee.add?.(2)].map(call => failsWith('aborted', () => call))
  leaving.abort('enough')
  for (const call of calls) assert.is((await call).cause, 'enough')
  await failsWith('aborted', () => callee.add?.(3))
  assert.is(started.length, 2)
})

test('a signal is listened to only while a call is under way', () => {
  const { signal } = new AbortController()
  const { callee, started } = web({ signal })
  const listeners = () => getEventListeners(signal, 'abort').length
  for (const at of [0, 1]) void callee.add?.(at)
  assert.is(listeners(), 1)
  started[0]?.succeed(null)
  assert.is(listeners(), 1, 'one is still under way')
  started[1]?.succeed(null)
  assert.is(listeners(), 0)
})

test('a timeout that is none is refused at once', () => {
  assert.throws(() => web({ timeout: 'soon' }), /Cannot wait for "soon"/)
  assert.throws(() => web({ key: 7 } as never), /The key of a call must be a text/)
})

test.run()
