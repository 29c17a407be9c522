import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nowAndMost, seriesOf } from '../../../page/state/series.ts'

const at = (second: number) => new Date(second * 1000).toISOString()

test('seriesOf() begins where anything ran, and has a gap where nothing did', () => {
  const points = [{ at: at(1) }, { at: at(2), cpu: 5, memory: 10 }, { at: at(3) }, { at: at(4), cpu: 1, memory: 30 }]
  assert.equal(seriesOf({ everyMs: 1000, points }), { times: [2, 3, 4], cpu: [5, null, 1], memory: [10, null, 30] })
  assert.equal(seriesOf({ everyMs: 1000, points: [{ at: at(1) }] }).times, [])
})

test('seriesOf() has requests and lag where any are known', () => {
  const points = [
    { at: at(2), cpu: 5, memory: 10, requests: 1.5 },
    { at: at(3), cpu: 5, memory: 10, lagMs: 0 },
  ]
  const { requests, lag } = seriesOf({ everyMs: 1000, points })
  assert.equal(
    [requests, lag],
    [
      [1.5, null],
      [null, 0],
    ],
  )
})

test('nowAndMost() has no value of now where nothing runs now', () => {
  assert.equal(nowAndMost([1, 3, null]), { now: undefined, most: 3 })
  assert.equal(nowAndMost([1, 3, 2]), { now: 2, most: 3 })
  assert.is(nowAndMost([null]), undefined)
})

test.run()
