import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { acceptedBy } from '../../../../daemon/server/http/encodings.ts'

const accepted = (value?: string) => [...acceptedBy({ headers: { 'accept-encoding': value } })].filter(Boolean)

test('acceptedBy() has the encodings that a client names, and none that it refuses', () => {
  assert.equal(accepted('gzip, deflate, br'), ['gzip', 'deflate', 'br'])
  assert.equal(accepted('GZIP;q=0.5 , br;q=0, zstd; q=0.0'), ['gzip'])
  assert.equal([accepted(''), accepted(undefined)], [[], []])
})

test.run()
