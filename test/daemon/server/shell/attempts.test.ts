// Wrong passwords by address: how many, for how long, and how many addresses.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Attempts } from '../../../../daemon/server/shell/attempts.ts'

const limits = { most: 3, lockoutMs: 1000 }

test('an address is shut out after so many wrong ones, for a while after the last', () => {
  const attempts = new Attempts(limits)
  for (const nowMs of [0, 100, 200]) {
    assert.is(attempts.shutOutMs('a', nowMs), 0)
    attempts.onWrong('a', nowMs)
  }
  assert.is(attempts.shutOutMs('a', 300), 900)
  assert.is(attempts.shutOutMs('b', 300), 0, 'another one is not')
  assert.is(attempts.shutOutMs('a', 1200), 0)
  attempts.onWrong('a', 1300)
  assert.is(attempts.shutOutMs('a', 1300), 0, 'it counts anew')
})

test('addresses of one /64 count as one, and an IPv4 address in the form of IPv6 as itself', () => {
  const attempts = new Attempts(limits)
  for (const end of ['1', '2', 'ffff:1']) attempts.onWrong(`2001:db8:1:2::${end}`, 0)
  assert.ok(attempts.shutOutMs('2001:db8:1:2:aaaa::9', 1) > 0)
  assert.is(attempts.shutOutMs('2001:db8:1:3::1', 1), 0)
  for (const address of ['::ffff:192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1']) attempts.onWrong(address, 0)
  assert.ok(attempts.shutOutMs('192.0.2.1', 1) > 0)
  assert.is(attempts.shutOutMs('192.0.2.2', 1), 0)
})

test('a right one forgets those before', () => {
  const attempts = new Attempts(limits)
  attempts.onWrong('a', 0)
  attempts.onWrong('a', 0)
  attempts.onRight('a')
  attempts.onWrong('a', 0)
  assert.is(attempts.shutOutMs('a', 1), 0)
})

test('no more than ten thousand addresses are remembered, the newest of them', () => {
  const attempts = new Attempts({ most: 1, lockoutMs: 1e9 })
  for (let at = 0; at <= 10_000; at++) attempts.onWrong(String(at), at)
  assert.is(attempts.shutOutMs('0', 10_001), 0)
  assert.ok(attempts.shutOutMs('1', 10_001) > 0)
})

test.run()
