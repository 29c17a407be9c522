// What is wrong with a result. That real answers fit is in e2e/wire.test.ts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { methods } from '../../protocol/methods.ts'
import { results } from '../../protocol/results.ts'
import { podChange } from '../../protocol/results-pod.ts'
import { misfit } from '../../protocol/shape.ts'
import { podStatus, runStatus } from '../pod-status.ts'

test('each method has a result', () => {
  assert.equal(Object.keys(results).sort(), Object.keys(methods).sort())
})

test('misfit() finds nothing wrong with a right result, also with members and words of later versions', () => {
  const later = { ...podStatus('web', { runs: [runStatus('web.1')] }), color: 'red' }
  assert.is(
    misfit(results['pod.list'](), { pods: [later, { ...later, runs: [{ ...runStatus('w.1'), state: 'new' }] }] }),
    undefined,
  )
  assert.is(misfit(results['pod.call'](), { run: 'web.1' }), undefined)
  // Of an earlier version.
  assert.is(misfit(results['pod.push.missing'](), { missing: [] }), undefined)
  assert.is(misfit(results['pod.push.files'](), { taken: 1 }), undefined)
  assert.is(misfit(podChange(), { type: 'run', path: '', name: 'web', run: runStatus('web.1') }), undefined)
})

test('misfit() says what is wrong, and where', () => {
  for (const [result, why] of [
    [null, /must be an object/],
    [{ pods: 'x' }, /^pods must be a list$/],
    [{}, /^pods is missing$/],
    [{ pods: [null] }, /^pods\.0 must be an object$/],
    [{ pods: [{ ...podStatus('web'), name: 5 }] }, /^pods\.0\.name must be a text$/],
    [{ pods: [podStatus('web', { status: 'up\n' as never })] }, /^pods\.0\.status must be idle/],
    [{ pods: [podStatus('web', { params: { a: 1 } as never })] }, /^pods\.0\.params\.a must be a text$/],
  ] as const) {
    assert.match(misfit(results['pod.list'](), result) ?? '', why)
  }
})

test.run()
