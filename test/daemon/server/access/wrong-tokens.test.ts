// Wrong tokens, counted by where they come from.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sourceOf, WrongTokens } from '../../../../daemon/server/access/wrong-tokens.ts'

test('shutOutMs() shuts an address out from its last wrong token that counts until the window of its first is over', () => {
  let nowMs = 0
  const wrong = new WrongTokens(
    { maxWrongTokens: 2, wrongTokenWindow: 1000 },
    { nowMs: () => nowMs, wallMs: () => nowMs },
  )
  assert.is(wrong.count('192.0.2.1'), 1)
  assert.is(wrong.shutOutMs('192.0.2.1'), 0)
  nowMs = 600
  assert.is(wrong.count('192.0.2.1'), 2)
  assert.is(wrong.shutOutMs('192.0.2.1'), 400)
  assert.is(wrong.shutOutMs('192.0.2.2'), 0)
  nowMs = 1000
  assert.is(wrong.shutOutMs('192.0.2.1'), 0)
  assert.is(wrong.count('192.0.2.1'), 1, 'a new window')
})

test('count() remembers so many addresses and no more', () => {
  const wrong = new WrongTokens({ maxWrongTokens: 1, wrongTokenWindow: 1000 }, { nowMs: () => 0, wallMs: () => 0 })
  for (let nth = 0; nth < 10_001; nth++) wrong.count(`10.${nth >> 16}.${(nth >> 8) & 255}.${nth & 255}`)
  assert.is(wrong.shutOutMs('10.0.0.0'), 0, 'the first is forgotten')
  assert.is(wrong.shutOutMs('10.0.0.1'), 1000)
})

test('sourceOf() takes an address of IPv4 as it is, and one of IPv6 with all its neighbors', () => {
  for (const [address, source] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['unknown', 'unknown'],
  ] as const) {
    assert.is(sourceOf(address), source, address)
  }
})

test.run()
