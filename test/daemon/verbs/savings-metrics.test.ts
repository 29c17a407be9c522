// What sleep saved, as metrics. Not here: how that is counted (daemon/events/sleeps.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Slept } from '../../../daemon/events/sleeps.ts'
import { addSavings } from '../../../daemon/verbs/savings-metrics.ts'
import { toldSeries } from './told-series.ts'

test('addSavings() tells seconds and byte-seconds of each pod that is there, and in all also of those that are gone', () => {
  const { make, told } = toldSeries()
  const web: Slept = {
    path: 'a',
    name: 'web',
    asleepMs: 1500,
    byteMs: 4000,
    naps: 2,
    isAsleep: true,
    isGone: false,
  }
  addSavings(make, [web, { ...web, name: 'old', asleepMs: 500, isGone: true }])
  const about = 'namespace="a",pod="web"'
  assert.equal(told, [
    ['pod_naps_total', 2, about],
    ['pod_asleep_seconds_total', 1.5, about],
    ['pod_saved_memory_byte_seconds_total', 4, about],
    ['pods_asleep_seconds_total', 2, ''],
    ['pods_saved_memory_byte_seconds_total', 8, ''],
  ])
})

test.run()
