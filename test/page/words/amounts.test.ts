import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { amountsIn } from '../../../page/words/amounts.ts'
import { sayIn } from '../../../page/words/words.ts'

const en = amountsIn('en', sayIn('en'))
const ru = amountsIn('ru', sayIn('ru'))
const now = Date.parse('2026-11-20T10:00:00Z')

test('amountsIn() says sizes in steps of 1024', () => {
  assert.equal([0, 900, 1536, 48 * 2 ** 20, 3 * 2 ** 30].map(en.size), ['0B', '900B', '1.5 kB', '48 MB', '3 GB'])
})

test('amountsIn() says spans by the largest unit that fits', () => {
  assert.equal([-5, 900, 59_999, 60_000, 3_600_000 * 5, 86_400_000 * 3].map(en.span), [
    '0 ms',
    '900 ms',
    '59 sec',
    '1 min',
    '5 hr',
    '3 days',
  ])
})

test('amountsIn() says how long ago something was, or when it will be', () => {
  assert.is(en.ago('2026-11-20T09:56:00Z', now), '4 min ago')
  assert.is(en.ago('2026-11-20T10:00:30Z', now), 'in 30 sec')
  assert.is(en.ago('2026-11-20T10:00:00.400Z', now), 'now')
  assert.is(ru.ago('2026-11-20T09:56:00Z', now), '4 мин назад')
})

test('amountsIn() says a time of day, with the day where it is another one', () => {
  assert.match(en.clock('2026-11-20T10:00:05Z', now), /^\d\d:\d\d:05$/)
  assert.match(en.clock('2026-11-01T10:00:05Z', now), /Nov/)
})

test('amountsIn() says per cent with a digit more where they are few', () => {
  assert.equal([0.24, 12.4, 130].map(en.percent), ['0.2%', '12%', '130%'])
})

test.run()
