// The certificate in force: kept, given, changed. Not here: how one is made (make.test.ts), connections (e2e/tls.test.ts).
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openCertificate } from '../../../../daemon/server/tls/certificate.ts'
import { makeCertificate } from '../../../../daemon/server/tls/make.ts'
import type { HostLog } from '../../../../daemon/system/host-log.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'

const of = {
  name: 'p8a host x',
  hosts: ['localhost', 'example.org', '127.0.0.1', '::1', '2001:db8::1:2'],
  now: new Date(),
}

async function inDir(work: (dir: string) => Promise<void>): Promise<void> {
  using at = scratch()
  await work(at.dir)
}

const said: string[] = []
const log = { info: () => {}, error: (_: string, message: string) => said.push(message) } as unknown as HostLog

function open(dir: string, given?: { cert: string; key: string }) {
  return openCertificate({ file: join(dir, 'certificate.pem'), given, id: 'x', host: '0.0.0.0', log })
}

test('openCertificate() makes one at the first start, for its owner alone, and finds it again', async () => {
  await inDir(async dir => {
    const { fingerprint } = await open(dir)
    assert.match(fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    assert.is(statSync(join(dir, 'certificate.pem')).mode & 0o777, 0o600)
    assert.is((await open(dir)).fingerprint, fingerprint)
  })
})

test('openCertificate() refuses files that are none or do not belong together, and leaves them', async () => {
  await inDir(async dir => {
    const [one, other] = await Promise.all([makeCertificate(of), makeCertificate(of)])
    const file = join(dir, 'certificate.pem')
    for (const text of ['', 'nonsense', one.cert, one.cert + other.key]) {
      writeFileSync(file, text)
      assert.is((await open(dir).catch(error => error)).code, 'bad_certificate', text.slice(0, 20))
      assert.is(readFileSync(file, 'utf8'), text)
    }
    const given = { cert: join(dir, 'c'), key: join(dir, 'k') }
    assert.is((await open(dir, given).catch(error => error)).code, 'file_not_found')
  })
})

test('openCertificate() reads a given one again when it changes, and stays in force while the new one is of no use', async () => {
  await inDir(async dir => {
    const [one, other] = await Promise.all([makeCertificate(of), makeCertificate(of)])
    const given = { cert: join(dir, 'c'), key: join(dir, 'k') }
    const put = ({ cert, key }: { cert: string; key: string }) => {
      writeFileSync(given.cert, cert)
      writeFileSync(given.key, key)
    }
    put(one)
    const certificate = await open(dir, given)
    let changes = 0
    certificate.onChanged(() => changes++)
    try {
      said.length = 0
      put({ cert: other.cert, key: one.key })
      await until(() => said.length > 0, 'the trouble is told')
      assert.equal([certificate.pair.cert, changes], [one.cert, 0])
      put(other)
      await until(() => changes > 0, 'it is in force')
      assert.is(certificate.pair.cert, other.cert)
      assert.is(certificate.fingerprint, new X509Certificate(other.cert).fingerprint256)
    } finally {
      certificate.close()
    }
  })
})

test.run()
