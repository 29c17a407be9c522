import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { certificateChanged, readFingerprintText, sameFingerprint } from '../../../cli/client/fingerprint.ts'
import { failsWith } from '../../fails.ts'

const plain = 'ab'.repeat(32)
const shown = (plain.toUpperCase().match(/../g) ?? []).join(':')

test('readFingerprintText() reads it with colons or without, in either case, with a name before it', () => {
  for (const text of [
    plain,
    plain.toUpperCase(),
    shown,
    ` ${shown.toLowerCase()}\n`,
    `sha256:${plain}`,
    `SHA256=${plain}`,
  ])
    assert.is(readFingerprintText(text), shown, text)
})

test('readFingerprintText() refuses what is no SHA-256', async () => {
  for (const text of ['', 'abc', plain.slice(1), `${plain}a`, plain.replace('a', 'g'), `sha1:${plain}`])
    await failsWith('usage', () => readFingerprintText(text))
})

test('sameFingerprint() minds neither colons nor case', () => {
  assert.ok(sameFingerprint(plain, shown))
  assert.not.ok(sameFingerprint(plain, shown.replace('AB', 'AC')))
  assert.not.ok(sameFingerprint('', shown))
})

test('certificateChanged() names both, and how to pin the new one', () => {
  const { code, hint, facts } = certificateChanged('tls://x:1', { pinned: 'OLD', found: 'NEW' })
  assert.equal([code, facts.pinned, facts.found], ['certificate_changed', 'OLD', 'NEW'])
  assert.match(hint ?? '', 'pod remote pin REMOTE NEW')
})

test.run()
