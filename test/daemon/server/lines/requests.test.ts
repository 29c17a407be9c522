// Requests that their client gives up.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Requests } from '../../../../daemon/server/lines/requests.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import { errorOf, failsWith } from '../../../fails.ts'

const forEver = (signals: AbortSignal[]) => async (signal: AbortSignal) => {
  signals.push(signal)
  return await new Promise<never>(() => {})
}

test('during() gives what the work gives, and throws what it throws', async () => {
  const requests = new Requests()
  const gone = new AbortController().signal
  assert.is(await requests.during(1, gone, async () => 'done'), 'done')
  const error = new P8aError('pod_not_found', 'no')
  assert.is(await errorOf(() => requests.during(1, gone, () => Promise.reject(error))), error)
})

test('cancel() ends a request at once, and tells its work', async () => {
  const requests = new Requests()
  const signals: AbortSignal[] = []
  const answer = failsWith('aborted', () => requests.during('a', new AbortController().signal, forEver(signals)))
  assert.is(requests.cancel('a'), true)
  await answer
  assert.ok(signals[0]?.aborted)
  assert.is(requests.cancel('a'), false, 'it is over')
})

test('cancel() knows only what is under way, by an id of its own type', () => {
  const requests = new Requests()
  void requests.during(1, new AbortController().signal, forEver([]))
  assert.is(requests.cancel('1'), false)
  assert.is(requests.cancel(2), false)
})

test('during() tells its work when the client is gone, and waits for it', async () => {
  const requests = new Requests()
  const gone = new AbortController()
  const told = Promise.withResolvers<unknown>()
  const answer = requests.during(1, gone.signal, async signal => {
    signal.addEventListener('abort', () => told.resolve(signal.reason))
    return await told.promise
  })
  gone.abort('left')
  assert.is(await answer, 'left')
})

test('during() that ends leaves the request of the same id that began meanwhile', async () => {
  const requests = new Requests()
  const gone = new AbortController().signal
  const first = Promise.withResolvers<string>()
  const one = requests.during(1, gone, () => first.promise)
  const two = failsWith('aborted', () => requests.during(1, gone, forEver([])))
  first.resolve('first')
  assert.is(await one, 'first')
  assert.is(requests.cancel(1), true)
  await two
})

test.run()
