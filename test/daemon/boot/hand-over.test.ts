import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { missingOf } from '../../../daemon/boot/hand-over.ts'

const before = { pods: ['/web', 'inner/api'], runs: ['/web.1', 'inner/api.4'], linked: 2 }

test('missingOf() finds nothing where all is there, more is, or a run has ended meanwhile', () => {
  assert.is(missingOf(before, before), undefined)
  assert.is(missingOf(before, { ...before, pods: [...before.pods, '/new'] }), undefined)
  assert.is(missingOf(before, { ...before, runs: ['/web.2'], linked: 1 }), undefined)
  assert.is(missingOf({ pods: [], runs: [], linked: 0 }, { pods: [], runs: [], linked: 0 }), undefined)
})

test('missingOf() names the pod that is missing, and tells that no run is known or connected', () => {
  assert.is(missingOf(before, { ...before, pods: ['/web'] }), 'it does not know the pod inner/api')
  assert.is(missingOf(before, { ...before, runs: [] }), 'it knows none of the 2 runs')
  assert.is(missingOf(before, { ...before, linked: 0 }), 'none of the 2 runs has found it')
})

test('missingOf() misses no pod whose files are gone: it was being removed as the host left', () => {
  const after = { ...before, pods: ['/web'] }
  assert.is(
    missingOf(before, after, pod => pod !== 'inner/api'),
    undefined,
  )
  assert.is(
    missingOf(before, after, () => true),
    'it does not know the pod inner/api',
  )
})

test.run()
