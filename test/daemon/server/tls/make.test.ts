// A certificate that signs itself.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../../../../daemon/server/tls/make.ts'

const of = {
  name: 'p8a host x',
  hosts: ['localhost', 'example.org', '127.0.0.1', '::1', '2001:db8::1:2'],
  now: new Date(),
}

test('makeCertificate() makes one that signs itself, for all its names and addresses, and lasts', async () => {
  const { cert, key } = await makeCertificate(of)
  const made = new X509Certificate(cert)
  assert.ok(made.verify(made.publicKey) && made.checkIssued(made) && made.checkPrivateKey(createPrivateKey(key)))
  for (const name of ['localhost', 'example.org']) assert.ok(made.checkHost(name), name)
  for (const address of ['127.0.0.1', '::1', '2001:db8::1:2']) assert.ok(made.checkIP(address), address)
  assert.not.ok(made.checkHost('example.com') || made.checkIP('127.0.0.2'))
  assert.is(made.subject, 'CN=p8a host x')
  assert.ok(Date.parse(made.validFrom) < Date.now() && Date.parse(made.validTo) > Date.now() + 25 * 365 * 86_400_000)
})

test('makeCertificate() makes another each time', async () => {
  const [one, other] = await Promise.all([makeCertificate(of), makeCertificate(of)])
  assert.is.not(new X509Certificate(one.cert).serialNumber, new X509Certificate(other.cert).serialNumber)
  assert.is.not(one.key, other.key)
})

test.run()
