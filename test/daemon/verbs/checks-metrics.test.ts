import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Checks } from '../../../daemon/pod/checks.ts'
import { addChecks } from '../../../daemon/verbs/checks-metrics.ts'
import { toldSeries } from './told-series.ts'

test('addChecks() tells what came of the checks in a slot, of both runs in a reload, and how long they took', () => {
  const checks = new Checks()
  checks.note('passed', 20)
  checks.note('passed', 30)
  checks.note('unanswered', 1000)
  const { make, told } = toldSeries()
  const reloaded = new Checks()
  reloaded.note('passed', 10)
  const slot = 'namespace="a",pod="web",slot="1"'
  addChecks(make, [{ labels: slot, counts: [checks.counts, reloaded.counts] }])
  assert.equal(told, [
    ['run_checks_total', 3, `${slot},outcome="passed"`],
    ['run_checks_total', 0, `${slot},outcome="failed"`],
    ['run_checks_total', 1, `${slot},outcome="unanswered"`],
    ['run_check_seconds_total', 1.06, slot],
  ])
})

test.run()
