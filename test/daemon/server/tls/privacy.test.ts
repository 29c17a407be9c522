// Whether the port speaks TLS.
import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openPrivacy, type PrivacyOptions } from '../../../../daemon/server/tls/privacy.ts'
import type { HostLog } from '../../../../daemon/system/host-log.ts'
import { failsWith } from '../../../fails.ts'
import { scratch } from '../../../scratch.ts'

const nothingSaid: PrivacyOptions = { tls: undefined, cert: undefined, key: undefined }
const log = { info() {}, warn() {}, error() {} } as unknown as HostLog

/** Whether it does, for a host that is bound to `host`, and whether a certificate was made for it. */
async function privacyOf(
  host: string,
  { shellPort, ...said }: Partial<PrivacyOptions & { shellPort: number }> = {},
): Promise<[boolean, boolean]> {
  using at = scratch()
  const file = at.path('certificate.pem')
  const { door, certificate } = await openPrivacy({ ...nothingSaid, ...said, id: 'x', host, shellPort, file, log })
  certificate?.close()
  return [door !== undefined, existsSync(file)]
}

test('openPrivacy() knows the addresses that nobody else reaches, and warns of the others where TLS is off', async () => {
  const warningsOf = async (host: string) => {
    const options = { ...nothingSaid, tls: 'off' as const, id: 'x', host, shellPort: undefined, file: '/nowhere', log }
    return (await openPrivacy(options)).warnings.length
  }
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1']) assert.is(await warningsOf(host), 0, host)
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example.org', 'localhost.example.org', '2001:db8::1'])
    assert.is(await warningsOf(host), 1, host)
})

test('openPrivacy() speaks TLS beyond loopback unless it was said that it shall not, and on loopback where it was said', async () => {
  assert.equal(await privacyOf('127.0.0.1'), [false, false])
  assert.equal(await privacyOf('127.0.0.1', { tls: 'on' }), [true, true])
  assert.equal(await privacyOf('0.0.0.0'), [true, true])
  assert.equal(await privacyOf('0.0.0.0', { tls: 'off' }), [false, false])
})

test('openPrivacy() makes a certificate for a shell with a port of its own, where the other port speaks no TLS', async () => {
  assert.equal(await privacyOf('127.0.0.1', { shellPort: 3001 }), [false, true])
})

test('openPrivacy() wants certificate and key together, and neither where TLS is off', async () => {
  await failsWith('usage', () => privacyOf('127.0.0.1', { cert: 'c' }))
  await failsWith('usage', () => privacyOf('127.0.0.1', { key: 'k' }))
  await failsWith('usage', () => privacyOf('127.0.0.1', { cert: 'c', key: 'k', tls: 'off' }))
  // A certificate that is given is meant to be used, on loopback too.
  await failsWith('file_not_found', () => privacyOf('127.0.0.1', { cert: '/no/c', key: '/no/k' }))
})

test.run()
