import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { heldBy } from '../../../pods/queue/held.ts'

const refusal = (facts: object, code = 'quota_exceeded') => Object.assign(new Error('no'), { code, facts })

test('heldBy() reads from a refusal how many runs there is room for, and nothing from other errors', () => {
  const facts = { key: 'runs', quota: 'team', most: 4, used: 2, more: 8 }
  assert.equal(heldBy(refusal(facts), 9), { most: 3, why: '"team" may have 4 runs' })
  assert.equal(heldBy(refusal({ ...facts, most: 1, used: 1, more: 1 }), 2), { most: 1, why: '"team" may have 1 run' })
  const others = [
    refusal({ ...facts, key: 'pods' }),
    refusal(facts, 'pod_not_up'),
    refusal({ key: 'runs' }),
    new Error(),
  ]
  for (const error of others) assert.is(heldBy(error, 9), undefined)
})

test.run()
