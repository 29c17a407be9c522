import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pairsOf } from '../../../../pods/gateway/certificates/pairs.ts'

const shown = (files: string[], folder?: string) =>
  pairsOf(files, folder).map(({ label, pem, key }) => `${label}: ${pem} ${key}`)

test('pairsOf() finds the key of a certificate by the names of the two', () => {
  assert.equal(
    shown(['a.pem', 'a.key', 'b.crt', 'b.key', 'c.pem', 'd.pem', 'd-key.pem', 'e.key', 'notes.txt', '.f.pem']),
    ['a.pem: a.pem a.key', 'b.crt: b.crt b.key', 'c.pem: c.pem undefined', 'd.pem: d.pem d-key.pem'],
  )
})

test('pairsOf() knows the names that certbot and Kubernetes give, each in a folder of its own', () => {
  assert.equal(shown(['cert.pem', 'chain.pem', 'fullchain.pem', 'privkey.pem', 'README'], 'a.test/'), [
    'a.test: a.test/fullchain.pem a.test/privkey.pem',
  ])
  assert.equal(shown(['tls.crt', 'tls.key']), ['tls.crt: tls.crt tls.key'])
  assert.equal(shown(['cert.pem', 'key.pem']), ['cert.pem: cert.pem key.pem'])
})

test.run()
