import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unitSpanMs } from '../../../cli/import/unit-span.ts'

test('unitSpanMs() reads what units have, and nothing else', () => {
  const cases: [text: string, ms: number | undefined][] = [
    ['5', 5000],
    ['1min 30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['infinity', 0],
    ['soon', undefined],
    ['5 parsecs', undefined],
    ['', undefined],
  ]
  for (const [text, ms] of cases) assert.is(unitSpanMs(text), ms, text)
})

test.run()
