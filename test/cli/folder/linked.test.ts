import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAddress } from '../../../cli/client/address.ts'
import { refuseElsewhere } from '../../../cli/folder/linked.ts'
import { failsWith } from '../../fails.ts'

test('refuseElsewhere() lets a host of this machine use a folder in place, and no other', async () => {
  for (const near of ['unix:/run/host.sock', '127.0.0.1:3000', 'localhost', '[::1]:3000'])
    refuseElsewhere({ name: 'near', address: parseAddress(near) }, '/srv/app')
  const far = { name: 'prod', address: parseAddress('tls://example.com:3000') }
  const { message, hint } = await failsWith('unsupported', () => refuseElsewhere(far, '/srv/app'))
  assert.match(message, /Cannot use "\/srv\/app" in place: host "prod" is at .*example\.com/)
  assert.match(hint ?? '', 'without --link')
})

test.run()
