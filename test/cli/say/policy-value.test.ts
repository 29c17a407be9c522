import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { policyValue } from '../../../cli/say/policy-value.ts'

for (const [value, text] of [
  ['always', 'always'],
  [50, '50'],
  [true, 'true'],
  [['small', 'big'], 'small, big'],
  [{ memory: 209_715_200, cpu: 0.5 }, 'memory 200 MB cpu 0.5'],
  [{ by: 'permission' }, 'by permission'],
] as const)
  test(`policyValue() writes ${JSON.stringify(value)} as people do`, () => {
    assert.is(policyValue(value), text)
  })

test.run()
