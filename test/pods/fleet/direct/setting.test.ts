import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readDirect, readTunnels } from '../../../../pods/fleet/direct/setting.ts'

test('readDirect() takes an address with its port, or off', () => {
  assert.is(readDirect(undefined), undefined)
  assert.is(readDirect('off'), 'off')
  assert.equal(readDirect('10.0.0.5:4333'), { host: '10.0.0.5', port: 4333 })
  assert.equal(readDirect('b.example:4333'), { host: 'b.example', port: 4333 })
  assert.equal(readDirect('[::1]:4333'), { host: '::1', port: 4333 })
})

test('readDirect() refuses what is no address, or none that others reach', () => {
  for (const text of ['', 'on', '4333', '10.0.0.5', '10.0.0.5:0', '10.0.0.5:99999', 'u@h:1', 'tls://h:1', 'h:1/x'])
    assert.throws(() => readDirect(text), /direct is "off", or such as/, text)
  assert.throws(() => readDirect('0.0.0.0:4333'), /no address at which other hosts reach/)
  assert.throws(() => readDirect('[::]:4333'), /no address at which other hosts reach/)
})

test('readTunnels() takes numbers, and refuses what is none', () => {
  assert.equal(readTunnels({}), { tunnels: 1000, pods: 1000 })
  assert.equal(readTunnels({ tunnels: '0', 'tunnel-pods': '5' }), { tunnels: 0, pods: 5 })
  for (const text of ['', '-1', '1.5', 'many', '1e3'])
    assert.throws(() => readTunnels({ 'tunnel-pods': text }), /tunnel-pods is a number such as 1000/, text)
})

test.run()
