import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

async function math(): Promise<Inside> {
  const host = await Inside.open()
  await host.push('math', { exports: ['add', 'wait', 'fail'] })
  host.machine.onShim = shim => {
    shim.functions = {
      add: (a: number, b: number) => a + b,
      wait: () => new Promise(() => {}),
      fail: () => {
        throw new P8aError('call_failed', 'Error: no')
      },
    }
  }
  await host.do('pod.start', { name: 'math', config: { scale: 2 } })
  return host
}

const call = (host: Inside, name: string, fn: string, args: unknown[] = [], more = {}) =>
  host.do('pod.call', { name, fn, args, ...more })

test('call() calls a function of a run, and says which run it was', async () => {
  await using host = await math()
  assert.equal(await call(host, 'math.2', 'add', [20, 4]), { value: 24, run: 'math.2' })
  assert.is((await call(host, 'math', 'add', [1, 2])).value, 3)
})

test('call() goes to the run that has the fewest calls under way', async () => {
  await using host = await math()
  const waiting = call(host, 'math', 'wait').catch(() => {})
  const { run: other } = await call(host, 'math', 'add', [1, 2])
  assert.is((await call(host, 'math', 'add', [1, 2])).run, other)
  host.machine.endAll()
  await waiting
})

test('call() says what failed: the function, its absence, the time, the run', async () => {
  await using host = await math()
  await failsWith('call_failed', () => call(host, 'math', 'fail'))
  await failsWith('function_not_found', () => call(host, 'math', 'nothing'))
  const late = await failsWith('timeout', () => call(host, 'math.1', 'wait', [], { timeoutMs: 10 }))
  assert.match(late.message, 'Cannot call "wait" of math.1: no answer within 10 ms')
  const gone = failsWith('pod_not_up', () => call(host, 'math.1', 'wait'))
  await until(() => host.machine.shimOf('math.1').peer, 'it is called')
  await call(host, 'math.1', 'add', [1, 1])
  host.machine.shimOf('math.1').end(null, 'SIGKILL')
  const { message, facts } = await gone
  assert.match(message, 'the run ended before it answered')
  assert.equal(facts, { run: 'math.1', fn: 'wait', delivered: true })
})

test('call() is given up when its client is', async () => {
  await using host = await math()
  const leaving = new AbortController()
  const called = failsWith('aborted', () =>
    host.do('pod.call', { name: 'math', fn: 'wait', args: [] }, { signal: leaving.signal }),
  )
  leaving.abort(new P8aError('aborted', 'gone'))
  await called
})

test('call() refuses what cannot be called: no pod, no run, none that is up, a script', async () => {
  await using host = await math()
  await failsWith('pod_not_found', () => call(host, 'nobody', 'f'))
  assert.match((await failsWith('run_not_found', () => call(host, 'math.7', 'f'))).hint ?? '', 'math.1, math.2')
  await host.push('idle')
  assert.is((await failsWith('pod_not_up', () => call(host, 'idle', 'f'))).facts.delivered, undefined)
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  assert.match((await failsWith('pod_not_up', () => call(host, 'job', 'f'))).message, 'it is a script')
})

test.run()
