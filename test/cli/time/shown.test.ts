import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { spanText } from '../../../cli/time/shown.ts'

process.env.TZ = 'Europe/Berlin'

const [first, second] = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.500Z']

test('spanText() says from when to when, in the zone of this process, with what that is ahead of UTC', () => {
  const text = 'from Sun 2026-10-25 02:30:00 +02:00 to Sun 2026-10-25 02:30:00.500 +01:00'
  assert.is(spanText({ since: first, until: second }, { goesOn: false }), text)
})

test('spanText() says where a span has no end, or no beginning', () => {
  const begun = 'from Sun 2026-10-25 02:30:00 +02:00'
  assert.is(spanText({ since: first }, { goesOn: false }), `${begun} to now`)
  assert.is(spanText({ since: first }, { goesOn: true }), `${begun} on`)
  assert.is(spanText({ until: first }, { goesOn: false }), 'from the beginning to Sun 2026-10-25 02:30:00 +02:00')
})

test.run()
