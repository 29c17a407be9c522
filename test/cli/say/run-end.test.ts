import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endText } from '../../../cli/say/run-end.ts'

for (const [end, text] of [
  [{ reason: 'stopped', code: null, signal: 'SIGTERM', tookMs: 120 }, 'stopped by SIGTERM after 120 ms'],
  [{ reason: 'exited', code: 0, signal: null }, 'exited with code 0'],
  [{ reason: 'fault', code: 1, signal: null, message: 'Error: no' }, 'fault with code 1: Error: no'],
  [{ reason: 'lost', code: null, signal: null }, 'lost'],
  [{ reason: 'timed_out', code: null, signal: 'SIGKILL' }, 'timed out by SIGKILL'],
] as const) {
  test(`endText() says: ${text}`, () => assert.is(endText(end as never), text))
}

test.run()
