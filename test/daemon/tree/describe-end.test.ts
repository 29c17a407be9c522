import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { End } from '../../../daemon/lifecycle/slot.ts'
import { describeEnd } from '../../../daemon/tree/describe-end.ts'

const end = (reason: End['reason'], more: Partial<End> = {}): End => ({ code: null, signal: null, reason, ...more })

for (const [of, text] of [
  [end('fault', { message: 'Error: no database' }), 'Error: no database'],
  [end('fault'), 'an uncaught error'],
  [end('exited', { code: 3 }), 'exited with code 3'],
  [end('killed', { signal: 'SIGKILL' }), 'killed by SIGKILL'],
  [end('killed'), 'was killed'],
  [end('unhealthy'), 'failed its health checks'],
  [end('start_timeout'), 'was not up in time'],
  [end('limit', { message: 'process limit 20 (were 31)' }), 'process limit 20 (were 31)'],
  [end('limit'), 'went beyond a limit'],
  [end('spawn_failed', { message: 'EACCES' }), 'could not be spawned: EACCES'],
  [end('spawn_failed'), 'could not be spawned: no reason was given'],
  [end('no_room', { message: 'EAGAIN' }), 'the machine has no room for it: EAGAIN'],
  [end('no_room'), 'the machine has no room for it: no reason was given'],
  [end('lost', { message: 'its record cannot be read' }), 'its record cannot be read'],
  [end('lost'), 'was lost'],
  [end('timeout'), 'took longer than its timeout'],
  [end('stopped'), 'was stopped'],
] as const) {
  test(`describeEnd() says "${text}"`, () => {
    assert.is(describeEnd(of), text)
  })
}

test.run()
