// A pod that is a service, as far as its life is asked about by others. Not here: how it is started, stopped, reloaded and shown.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Pod } from '../../../../daemon/tree/keeping/keeping.ts'
import { Service } from '../../../../daemon/tree/keeping/service.ts'

/** One with nothing but what is said of it. */
function service(pod: Pick<Pod, 'state' | 'missing'>): Service {
  return new Service(pod as Pod, {} as never, {} as never)
}

test('isSettled is false only while it is on its way, and nothing that it needs is missing', () => {
  assert.is(service({ state: 'waiting', missing: () => [] }).isSettled, false)
  assert.is(service({ state: 'waiting', missing: () => ['db'] }).isSettled, true)
  for (const state of ['up', 'idle', 'error'] as const)
    assert.is(service({ state, missing: () => [] }).isSettled, true, state)
})

test.run()
