// What all engines share: keys and patterns, and which nats-server will do.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { badVersion, isOlder } from '../../../pods/fleet/nats/version.ts'
import { isBelow, matches } from '../../../pods/fleet/port/keys.ts'

const test = suite('port')

test('isBelow() goes by whole names', () => {
  assert.ok(isBelow('', 'a') && isBelow('pod', 'pod') && isBelow('pod', 'pod.a.b'))
  assert.not.ok(isBelow('pod', 'pods.a'))
})

test('matches() takes * for one name and > for at least one', () => {
  assert.ok(matches('a.*.c', 'a.b.c') && matches('a.>', 'a.b.c') && matches('>', 'a') && matches('a.b', 'a.b'))
  assert.not.ok(matches('a.>', 'a') || matches('a.*', 'a.b.c') || matches('a.b', 'a.b.c') || matches('a.b', 'a'))
})

test('badVersion() refuses by name what loses writes, and what it cannot read', () => {
  assert.match(badVersion('2.9.10', 3) ?? '', /nats-server 2\.9\.10, and it loses writes .* 2\.10\.27 or newer/)
  assert.match(badVersion('2.9.25', 1) ?? '', /cannot sync each write/)
  assert.match(badVersion('', 1) ?? '', /of no known version/)
  for (const version of ['2.10.27', '2.11.0', '2.15.1', '3.0.0', '2.12.0-RC.1']) {
    assert.is(badVersion(version, 3), undefined, version)
  }
  assert.ok(isOlder('2.10.26', '2.10.27') && !isOlder('2.10.28', '2.10.27') && isOlder('1.99.99', '2.0.0'))
})

test.run()
