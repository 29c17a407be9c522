import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isFor, readCertificate } from '../../../../pods/gateway/certificates/certificate.ts'
import { encrypted, type Made, Root } from './making.ts'

const root = await Root.make()

test('readCertificate() reads names and times, of the first certificate of a chain', async () => {
  const endsAtMs = Date.UTC(2040, 1, 3)
  const { pem, key } = await root.make({ names: ['A.Test', '*.b.test'], endsAtMs })
  const read = readCertificate('x', { pem: pem + root.pem, key })
  if (typeof read === 'string') throw new Error(read)
  assert.equal(
    [read.label, read.names, read.endsAtMs, read.issuer],
    ['x', ['a.test', '*.b.test'], endsAtMs, 'Test root'],
  )
})

test('readCertificate() says in words what is wrong with a pair', async () => {
  const problem = (pair: Made) => String(readCertificate('x', pair))
  const [one, other] = [await root.make({ names: ['a.test'] }), await root.make({ names: ['a.test'] })]
  assert.match(problem({ pem: one.pem, key: other.key }), /^the key does not fit/)
  assert.match(problem({ pem: 'nonsense', key: one.key }), /no certificate in PEM/)
  assert.match(problem({ pem: one.pem, key: one.pem }), /no private key in PEM/)
  assert.match(problem({ pem: one.pem, key: encrypted(one.key) }), /encrypted with a passphrase/)
})

test('isFor() lets a wildcard stand for one label', () => {
  const certificate = { names: ['a.test', '*.b.test'] }
  const names = ['a.test', 'x.b.test', 'x.y.b.test', 'b.test', 'x.a.test']
  assert.equal(
    names.filter(name => isFor(certificate, name)),
    ['a.test', 'x.b.test'],
  )
})

test.run()
