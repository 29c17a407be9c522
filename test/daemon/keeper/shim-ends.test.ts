import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ShimEnds } from '../../../daemon/keeper/shim-ends.ts'
import type { ExitOutcome, Identity } from '../../../daemon/system/process.ts'
import { until } from '../../until.ts'

const identity = { pid: 7, startTime: 'then' }

/** The ends of processes on a machine that has `there`. */
function opened(there: Map<number, Identity>) {
  return new ShimEnds({ identify: async pid => there.get(pid) })
}

async function seen(exited: Promise<ExitOutcome | undefined>) {
  let end: { outcome: ExitOutcome | undefined } | undefined
  void exited.then(outcome => {
    end = { outcome }
  })
  return await until(() => end, 'it has ended')
}

test('watch() hears of an end from whoever has begun the process, also before it knows the process', async () => {
  const ends = opened(new Map())
  const killed = { code: null, signal: 'SIGKILL' } as const
  const late = await ends.watch(async () => identity, {})
  ends.onEnded(identity.pid, killed)
  assert.equal(await late.exited, killed)
  const early = await ends.watch(async () => {
    ends.onEnded(identity.pid, killed)
    return identity
  }, {})
  assert.equal(await early.exited, killed)
})

test('watch() looks for a process whose keeper is gone', async () => {
  const there = new Map([[identity.pid, identity]])
  const ends = opened(there)
  const keeper = {}
  const { exited } = await ends.watch(async () => identity, keeper)
  ends.onLost(keeper)
  there.clear()
  assert.equal(await seen(exited), { outcome: undefined })
})

test('watch() looks for a process whose keeper went while the process was being identified', async () => {
  const there = new Map([[identity.pid, identity]])
  const ends = opened(there)
  const keeper = {}
  const { exited } = await ends.watch(async () => {
    ends.onLost(keeper)
    return identity
  }, keeper)
  there.clear()
  assert.equal(await seen(exited), { outcome: undefined })
})

test.run()
