// A request of which a value, a stream or nothing comes. Not here: the link that it is made on (peer.test.ts).
import { mock } from 'node:test'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { abortedBy, Request, type RequestOptions } from '../../../protocol/channel/request.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { Pair } from './pair.ts'

const window = { values: 4, bytes: 1000 }

function requestOf(options: RequestOptions = {}): { request: Request; pair: Pair } {
  const pair = new Pair(window)
  return { request: new Request(pair.opener, { method: 'it', ...options }), pair }
}

const messageOf = async (promise: Promise<unknown>) =>
  await promise.then(
    () => undefined,
    error => error.message,
  )

test('answer is the value where no stream has begun', async () => {
  const { request, pair } = requestOf()
  request.onAnswer(5)
  assert.equal(await request.answer, { value: 5 })
  assert.is(pair.closed.opener, 1)
})

test('answer is the channel where a stream begins, and its end is the result', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { request, pair } = requestOf({ timeoutMs: 100 })
  request.onStream()
  const answer = await request.answer
  assert.ok('stream' in answer && answer.stream === pair.opener)
  // The time that it may take is for the beginning.
  mock.timers.tick(1000)
  mock.timers.reset()
  pair.opener.onValue('one', 0)
  request.onAnswer('done')
  assert.equal(
    [await pair.opener.take(), await pair.opener.take()],
    [
      { value: 'one', done: false },
      { value: 'done', done: true },
    ],
  )
})

test('what fails it is explained, before a stream and within one', async () => {
  const explain = (error: P8aError) => new P8aError(error.code, `explained: ${error.message}`)
  const failed = requestOf({ explain })
  failed.request.onError(new P8aError('call_failed', 'no'))
  assert.is(await messageOf(failed.request.answer), 'explained: no')
  const lost = requestOf({ explain })
  lost.request.onStream()
  await lost.request.answer
  lost.request.onLost(new P8aError('host_gone', 'gone'))
  assert.is(await messageOf(lost.pair.opener.take()), 'explained: gone')
  const late = requestOf({ explain, timeoutMs: 1 })
  assert.is(await messageOf(late.request.answer), 'explained: No answer to "it" within 1 ms')
  assert.match(late.pair.toward.acceptor[0] ?? '', '$/cancel')
})

test('a signal gives it up for as long as it goes on, and is let go then', async () => {
  const giving = new AbortController()
  const { request, pair } = requestOf({ signal: giving.signal })
  request.onStream()
  await request.answer
  giving.abort('why')
  assert.is(await messageOf(pair.opener.take()), 'The caller gave up')
  assert.is(pair.closed.opener, 1)
  const other = requestOf({ signal: giving.signal })
  other.request.onAnswer(1)
  assert.equal(await other.request.answer, { value: 1 })
})

test('abortedBy() keeps an error of ours, and has any other reason as its cause', () => {
  const own = new P8aError('timeout', 'late')
  assert.is(abortedBy(AbortSignal.abort(own)), own)
  const { code, cause } = abortedBy(AbortSignal.abort('why'))
  assert.equal([code, cause], ['aborted', 'why'])
})

test.run()
