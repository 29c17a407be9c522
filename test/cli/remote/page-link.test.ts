import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAddress } from '../../../cli/client/address.ts'
import { pageLink, pageOrigin } from '../../../cli/remote/page-link.ts'
import { failsWith } from '../../fails.ts'

const origin = (at: string, ...others: string[]) => pageOrigin(parseAddress(at), others.map(parseAddress))

test('pageOrigin() is where we reach the host, or the port of one that we reach by its socket', () => {
  assert.is(origin('tls://example.org:3000'), 'https://example.org:3000')
  assert.is(origin('[::1]:3000'), 'http://[::1]:3000')
  assert.is(origin('unix:/run/host.sock', 'unix:/run/host.sock', '127.0.0.1:3900'), 'http://127.0.0.1:3900')
})

test('pageOrigin() is on this machine for a host that listens at every address', () => {
  assert.is(origin('unix:/run/host.sock', 'tls://0.0.0.0:3000'), 'https://127.0.0.1:3000')
  assert.is(origin('unix:/run/host.sock', 'tls://[::]:3000'), 'https://[::1]:3000')
})

test('pageOrigin() says so if the host answers at no port', async () => {
  await failsWith('unsupported', () => origin('unix:/run/host.sock'))
})

test('pageLink() has the code where a browser sends it to nobody', () => {
  const url = new URL(pageLink('http://127.0.0.1:3000', 'abc'))
  assert.equal([url.pathname, url.search, url.hash], ['/', '', '#code=abc'])
})

test.run()
