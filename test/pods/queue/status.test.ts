import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Growing } from '../../../pods/queue/growing.ts'
import type { Queues } from '../../../pods/queue/queues.ts'
import { statusesOf } from '../../../pods/queue/status.ts'
import { Store } from '../../../pods/queue/store.ts'
import type { Worker } from '../../../pods/queue/workers.ts'
import { aWorker } from './made.ts'

/** Why the queue of a worker has the runs that it has. */
function whyOf(over: Partial<Worker>): string | undefined {
  const store = new Store(':memory:')
  const queues = { workers: new Map([['mail', aWorker({}, over)]]), rates: { of: () => ({ in: 0, out: 0 }) } }
  const growing = { growth: () => ({ wanted: 1, why: 'by what waits' }) }
  const [status] = statusesOf(
    { queues: queues as unknown as Queues, growing: growing as unknown as Growing, store },
    'mail',
    1000,
  )
  store.close()
  return status?.worker?.why
}

test('statusesOf() says of a worker that cannot start, or is stopped, that its items wait', () => {
  assert.is(whyOf({}), 'by what waits')
  assert.is(whyOf({ isWanted: false, status: 'idle', up: [] }), 'it is stopped: its items wait until it is started')
  assert.is(whyOf({ status: 'error', up: [] }), 'it cannot start: its items wait until it can')
  assert.is(whyOf({ status: 'error' }), 'by what waits', 'another run of it is up')
})

test.run()
