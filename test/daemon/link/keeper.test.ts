import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Connection } from '../../../daemon/link/connection.ts'
import { keeperHandlers } from '../../../daemon/link/keeper.ts'

test('scriptEnded() tells which script of which keeper has ended, and how', () => {
  const told: unknown[] = []
  const peer = {} as Connection['peer']
  const keepers = {
    onServiceEnded: () => {},
    onServiceSaid: () => {},
    onShimEnded: () => {},
    onKnocked: () => {},
    onEnded: (...ended: unknown[]) => void told.push(ended),
  }
  const note = { code: 0, signal: null, timedOut: false, outputBytes: 3, cut: false }
  const handlers = keeperHandlers({ peer } as Connection, { keepers })
  assert.is(handlers.scriptEnded({ key: 'job.1', note }, undefined as never), null)
  assert.equal(told, [[peer, { key: 'job.1', note }]])
})

test.run()
