// Where clients reach a host while its doors open one after another.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Reach } from '../../../daemon/boot/reach.ts'

test('doors has what is open by now, and nothing of what there is none of', () => {
  const reach = new Reach(undefined)
  assert.equal(reach.doors, { addresses: [] })
  reach.onShell('127.0.0.1:3001')
  assert.equal(reach.doors, { addresses: [], shellAddress: '127.0.0.1:3001' })
  reach.onAddresses(['127.0.0.1:3000'])
  assert.equal(reach.doors, { addresses: ['127.0.0.1:3000'], shellAddress: '127.0.0.1:3001' })
})

test('doors has the fingerprint of the certificate that is in force now', () => {
  const certificate = { fingerprint: 'AA' }
  const reach = new Reach(certificate)
  assert.is(reach.doors.fingerprint, 'AA')
  certificate.fingerprint = 'BB'
  assert.is(reach.doors.fingerprint, 'BB')
})

test.run()
