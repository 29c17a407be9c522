import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Checks } from '../../../daemon/pod/checks.ts'
import { addChecks } from '../../../daemon/verbs/checks-metrics.ts'
import type { Make } from '../../../daemon/verbs/series.ts'

test('addChecks() tells what came of the checks of a run, and how long they took', () => {
  const checks = new Checks()
  checks.note('passed', 20)
  checks.note('passed', 30)
  checks.note('unanswered', 1000)
  const told: [string, number, object][] = []
  const one: Make['gauge'] = name => ({ add: (value, labels = {}) => told.push([name, value, labels]) })
  addChecks({ gauge: one, counter: one }, [{ path: 'a', name: 'web', slot: 1, counts: checks.counts }])
  const slot = { namespace: 'a', pod: 'web', slot: 1 }
  assert.equal(told, [
    ['run_checks_total', 2, { ...slot, outcome: 'passed' }],
    ['run_checks_total', 0, { ...slot, outcome: 'failed' }],
    ['run_checks_total', 1, { ...slot, outcome: 'unanswered' }],
    ['run_check_seconds_total', 1.05, slot],
  ])
})

test.run()
