// What is told of the use of runs, by a root that answers what the test says.
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Using } from '../../../../pods/fleet/host/using.ts'
import type { Report } from '../../../../pods/fleet/records.ts'

const report = (...runs: { id: string; pid: number }[]): Report => ({
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs },
})

function standing(answer: () => object) {
  const at = { nowMs: 0, asked: 0 }
  const usage = async () => {
    at.asked++
    return answer() as never
  }
  const using = new Using({ own: { usage }, path: 'fleet.a', everyMs: 30_000, nowMs: () => at.nowMs })
  const added = async (reports: Record<string, Report>) => {
    using.added(reports)
    await turn()
    return using.added(reports)
  }
  return { at, using, added }
}

const used = { path: 'fleet.a', cpu: 1.2, memory: 61_234_567 }

test('added() tells of each run what its own process uses, and nothing of what is not known', async () => {
  const processes = [
    { pid: 1, cpu: 2, memory: 1_000_000 },
    { pid: 2, cpu: 4, memory: 2_000_000 },
  ]
  const pods = [
    { ...used, name: 'one' },
    { ...used, name: 'web', processes },
    { ...used, path: 'fleet.b', name: 'other' },
  ]
  const { added } = standing(() => ({ everyMs: 30_000, points: [], pods }))
  const one = report({ id: 'one.1', pid: 7 })
  const web = report({ id: 'web.1', pid: 1 }, { id: 'web.2', pid: 2 }, { id: 'web.3', pid: 3 })
  const after = await added({ one, web, other: one })
  assert.equal(after.one?.runs, [{ id: 'one.1', pid: 7, cpu: 1, memory: 61_000_000 }])
  assert.equal(after.web?.runs, [
    { id: 'web.1', pid: 1, cpu: 2, memory: 1_000_000 },
    { id: 'web.2', pid: 2, cpu: 4, memory: 2_000_000 },
    { id: 'web.3', pid: 3 },
  ])
  assert.equal(after.other, one)
})

test('added() asks the root as often as that measures, and at least now and then', async () => {
  let everyMs = 5000
  const { at, added } = standing(() => ({ everyMs, points: [], pods: [] }))
  await added({})
  at.nowMs = 4999
  await added({})
  assert.is(at.asked, 1)
  at.nowMs = 5000
  everyMs = 0
  await added({})
  assert.is(at.asked, 2)
  at.nowMs = 34_999
  await added({})
  assert.is(at.asked, 2)
  at.nowMs = 35_000
  await added({})
  assert.is(at.asked, 3)
})

test('added() keeps what was known where the root does not answer', async () => {
  let isAway = false
  const { at, added } = standing(() => {
    if (isAway) throw new Error('away')
    return { everyMs: 1000, points: [], pods: [{ ...used, name: 'one' }] }
  })
  const one = report({ id: 'one.1', pid: 7 })
  const known = await added({ one })
  isAway = true
  at.nowMs = 1000
  assert.equal(await added({ one }), known)
})

test.run()
