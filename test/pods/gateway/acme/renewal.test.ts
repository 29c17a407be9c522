import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { backoffMs, isOrderable, renewAtMs } from '../../../../pods/gateway/acme/renewal.ts'

const life = { beginsAtMs: 0, endsAtMs: 9000 }

test('renewAtMs() is within the window of the authority, else about two thirds of the life', () => {
  assert.is(renewAtMs(life, { window: { startMs: 100, endMs: 200 }, random: 0.25 }), 125)
  const times = [0, 0.5, 1].map(random => Math.round(renewAtMs(life, { random })))
  assert.equal(times, [5775, 6000, 6225])
})

test('backoffMs() doubles, up to a day', () => {
  assert.equal(
    [1, 2, 3, 20].map(failures => backoffMs(failures) / 60_000),
    [15, 30, 60, 1440],
  )
})

test('isOrderable() takes names in full alone', () => {
  const hosts = [
    'a.test',
    'www.a-b.test',
    '*.a.test',
    '*',
    'localhost',
    'web.localhost',
    '10.0.0.1',
    'a',
    '.test',
    'a_b.test',
  ]
  assert.equal(hosts.filter(isOrderable), ['a.test', 'www.a-b.test'])
})

test.run()
