import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Past, pastTogether } from '../../../../pods/fleet/decide/past-usage.ts'

const at = (seconds: number) => new Date(seconds * 1000).toISOString()
const told = (everyMs: number, points: Record<number, Omit<Past['points'][number], 'at'>>): Past => ({
  everyMs,
  points: Object.entries(points).map(([seconds, values]) => ({ at: at(Number(seconds)), ...values })),
})

test('pastTogether() adds up what hosts have measured at moments of their own', () => {
  const a = told(30_000, { 100: { cpu: 1, memory: 10, requests: 0.5, lagMs: 3 }, 130: { cpu: 2, memory: 10 } })
  // This one was a little late once: what it said before holds.
  const b = told(30_000, { 95: { cpu: 10, memory: 5 }, 131: { cpu: 20, memory: 5, lagMs: 1 }, 160: { cpu: 30 } })
  assert.equal(pastTogether([a, b]), {
    everyMs: 30_000,
    points: [
      { at: at(100), cpu: 11, memory: 15, requests: 0.5, lagMs: 3 },
      { at: at(130), cpu: 12, memory: 15 },
      { at: at(160), cpu: 32, memory: 10 },
    ],
  })
})

test('pastTogether() has the interval of the host that measures most seldom', () => {
  const seldom = told(60_000, { 0: { cpu: 1 }, 60: { cpu: 2 } })
  const often = told(10_000, { 0: { cpu: 10 }, 10: { cpu: 20 }, 50: { cpu: 30 }, 60: { cpu: 40 } })
  const { everyMs, points } = pastTogether([seldom, often])
  assert.equal([everyMs, points.map(({ cpu }) => cpu)], [60_000, [11, 42]])
})

test('pastTogether() says nothing of a host where the pod does not run any more, or that was away', () => {
  const gone = told(30_000, { 0: { cpu: 5 }, 30: {}, 60: {} })
  const away = told(30_000, { 0: { cpu: 7 }, 120: { cpu: 7 } })
  const { points } = pastTogether([gone, away])
  assert.equal(
    points.map(({ cpu }) => cpu),
    [12, 7, undefined, undefined, 7],
  )
})

test('pastTogether() has as many points as one host at most, the newest ones', () => {
  const long = told(1000, Object.fromEntries(Array.from({ length: 1000 }, (_, second) => [second, { cpu: second }])))
  const { points } = pastTogether([long])
  assert.equal([points.length, points[0]?.cpu, points.at(-1)?.cpu], [480, 520, 999])
})

test('pastTogether() of hosts that measure nothing has no points', () => {
  assert.equal(pastTogether([{ everyMs: 0, points: [] }]), { everyMs: 0, points: [] })
  assert.equal(pastTogether([]), { everyMs: 0, points: [] })
})

test.run()
