// A call on this host, to a pod that fails in ways of its own.
import type { P8a } from 'p8a'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { callHere } from '../../../../pods/fleet/host/call-here.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import { errorOf } from '../../../fails.ts'

const called = { name: 'web', fn: 'bye', args: [], timeoutMs: 1000, signal: new AbortController().signal }

const failing = async (error: Error) => {
  const call = Object.assign(Promise.reject(error), {
    [Symbol.asyncIterator]: () => ({ next: async () => await Promise.reject(error) }),
  })
  call.catch(() => {})
  const p8a = { pod: () => ({ bye: () => call }) } as unknown as Pick<P8a, 'pod'>
  return (await errorOf(async () => await callHere(p8a, 'fleet.a', called))) as P8aError
}

test('a run is named as whoever asks the fleet calls it', async () => {
  const error = await failing(
    new P8aError('pod_not_up', 'Cannot call "bye" of fleet.a.web.104: the run ended before it answered', {
      hint: { text: 'See why', do: { verb: 'logs', args: ['fleet.a.web.104'] } },
      facts: { run: 'fleet.a.web.104', fn: 'bye', delivered: true },
    }),
  )
  assert.is(error.code, 'pod_not_up')
  assert.is(error.message, 'Cannot call "bye" of a.web.104: the run ended before it answered')
  assert.is(error.hint, 'See why: pod logs REMOTE a.web.104')
  assert.equal(error.steps, [{ text: 'See why', do: { verb: 'logs', args: ['a.web.104'] } }])
  assert.equal(error.facts, { run: 'a.web.104', fn: 'bye', delivered: true })
})

test('what a pod throws comes as it is', async () => {
  const thrown = Object.assign(new Error('fleet.a.web.104'), { code: 'own' })
  assert.is(await failing(thrown), thrown)
})

test.run()
