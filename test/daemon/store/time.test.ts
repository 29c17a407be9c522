// Times that can be reckoned with.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { timeSchema } from '../../../daemon/store/time.ts'

test('timeSchema takes what Date can read, and nothing else', () => {
  for (const text of ['2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00+05:00'])
    assert.ok(v.safeParse(timeSchema, text).success, text)
  for (const text of ['', 'soon', '2026-11-20T10:00:00+05', '2026-13-01T00:00:00Z', 5, null])
    assert.not.ok(v.safeParse(timeSchema, text).success, String(text))
})

test.run()
