import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { placesOf } from '../../../pods/gateway/places.ts'

const none = { certs: undefined, acme: undefined }
const own = { certs: '/certs', acme: undefined }

test('placesOf() takes the port https for TLS, and the other one without', () => {
  assert.equal(placesOf({}, none), { http: '8080' })
  assert.equal(placesOf({ PORT: '80' }, none), { http: '80' })
  const both = { PORT: '80', PORT_HTTP: '80', PORT_HTTPS: '443' }
  assert.equal(placesOf(both, own), { http: '80', https: '443' })
  assert.equal(placesOf({ PORT: '443', PORT_HTTPS: '443' }, own), { https: '443' })
})

test('placesOf() refuses certificates without a port for them, and a port without certificates', () => {
  assert.throws(() => placesOf({ PORT: '80' }, own), /--listen http=80 --listen https=443/)
  assert.throws(() => placesOf({ PORT: '443', PORT_HTTPS: '443' }, none), /--certs DIR/)
})

test.run()
