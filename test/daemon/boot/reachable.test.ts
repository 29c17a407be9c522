import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { reachableAt } from '../../../daemon/boot/reachable.ts'

test('reachableAt() names the addresses of this machine for a port that is open on all of them', () => {
  for (const bound of ['tls://0.0.0.0:3000', '[::]:3000']) {
    const scheme = bound.startsWith('tls') ? /^tls:\/\/[\d.]+:3000$/ : /^([\d.]+|\[[\da-f:]+\]):3000$/
    const found = reachableAt(bound)
    assert.ok(found)
    for (const address of found ?? []) {
      assert.match(address, scheme)
      assert.not.match(address, /0\.0\.0\.0|127\.0\.0\.1|\[::1?\]/)
    }
  }
})

test('reachableAt() has nothing to add to one address', () => {
  for (const bound of ['127.0.0.1:3000', 'tls://10.0.0.1:1', '[::1]:3000', 'unix:/x/host.sock'])
    assert.is(reachableAt(bound), undefined)
})

test.run()
