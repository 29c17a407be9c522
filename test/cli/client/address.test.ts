import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { formatAddress, isLoopback, parseAddress } from '../../../cli/client/address.ts'
import { failsWith } from '../../fails.ts'

const good: [typed: string, shown: string][] = [
  ['localhost:3000', 'localhost:3000'],
  ['http://localhost:3000', 'localhost:3000'],
  ['http://localhost:3000/', 'localhost:3000'],
  ['HTTP://LocalHost', 'localhost:3000'],
  ['127.0.0.1', '127.0.0.1:3000'],
  ['[::1]:3001', '[::1]:3001'],
  ['::1', '[::1]:3000'],
  ['http://[::1]', '[::1]:3000'],
  ['unix:/run/p8a/host.sock', 'unix:/run/p8a/host.sock'],
  ['unix:///run/p8a/host.sock', 'unix:/run/p8a/host.sock'],
  ['https://example.org', 'tls://example.org:3000'],
  ['tls://example.org:4000', 'tls://example.org:4000'],
  ['my-box.lan:1', 'my-box.lan:1'],
]

for (const [typed, shown] of good) {
  test(`parseAddress() reads ${typed} as ${shown}`, () => {
    assert.is(formatAddress(parseAddress(typed)), shown)
    assert.equal(parseAddress(shown), parseAddress(typed))
  })
}

const bad = [
  '',
  ':3000',
  'localhost:',
  'localhost:0',
  'localhost:65536',
  'localhost:3a',
  'ftp://localhost',
  'a b',
  '-x',
  '300.1.1.1',
]
bad.push(
  'http://localhost:3000/rpc',
  'http://user@localhost',
  'unix:relative',
  'unix:',
  '[::1',
  '[x]:1',
  'a:b:c',
  'a..b',
  'http://',
)

for (const typed of bad) {
  test(`parseAddress() refuses ${JSON.stringify(typed)}`, async () => {
    const error = await failsWith('bad_address', () => parseAddress(typed))
    assert.match(error.message, JSON.stringify(typed))
  })
}

test('isLoopback() tells this machine from others', () => {
  const loopback = (typed: string) => isLoopback(parseAddress(typed))
  assert.equal(['localhost', '127.9.9.9', '::1', 'unix:/x'].map(loopback), [true, true, true, true])
  assert.equal(['example.org', '10.0.0.1', '127.example.org'].map(loopback), [false, false, false])
})

test.run()
