import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pauses } from '../../../pods/gateway/pauses.ts'
import type { Refusal } from '../../../pods/gateway/refusal.ts'

const limits = { maxWaiting: 2, pauseTimeoutMs: 60_000 }
const never = () => new AbortController().signal
const told = (promise: Promise<unknown> | undefined) =>
  promise?.then(
    () => 'passed',
    ({ status, code }: Refusal) => `${status} ${code}`,
  )

test('Pauses holds requests for a name until it is resumed, and refuses those that are too many', async () => {
  const pauses = new Pauses(limits)
  assert.is(pauses.passed('web', never), undefined)
  pauses.replace(new Map([['web', {}]]))
  const first = told(pauses.passed('web', never))
  pauses.replace(
    new Map([
      ['web', {}],
      ['other', {}],
    ]),
  )
  const second = told(pauses.passed('web', never))
  assert.is(pauses.waitingFor('web'), 2)
  assert.throws(
    () => pauses.passed('web', never),
    (error: Refusal) => error.code === 'paused' && error.retryAfterS === 5,
  )
  pauses.replace(new Map([['other', {}]]))
  assert.equal([await first, await second], ['passed', 'passed'])
  assert.is(pauses.passed('web', never), undefined)
  const held = told(pauses.passed('other', never))
  pauses.close()
  assert.is(await held, '503 paused')
})

test('Pauses ends one by itself when its time is over, and says when to come again', async () => {
  const pauses = new Pauses({ ...limits, maxWaiting: 1 })
  pauses.replace(new Map([['web', { untilMs: Date.now() + 20 }]]))
  const held = told(pauses.passed('web', never))
  assert.throws(
    () => pauses.passed('web', never),
    ({ retryAfterS = 9 }: Refusal) => retryAfterS <= 0.02,
  )
  assert.is(await held, 'passed')
  assert.is(pauses.all.size, 0)
})

test('Pauses waits neither for ever nor for a client that is gone', async () => {
  const pauses = new Pauses({ ...limits, pauseTimeoutMs: 5 })
  pauses.replace(new Map([['web', {}]]))
  const left = AbortSignal.abort()
  assert.is(await told(pauses.passed('web', () => left)), '499 client_gone')
  assert.is(await told(pauses.passed('web', never)), '503 paused')
  assert.is(pauses.waitingFor('web'), 0)
})

test.run()
