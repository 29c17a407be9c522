import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readCertificate } from '../../../../pods/gateway/certificates/certificate.ts'
import { certificatesLines, certificatesText, toldCertificates } from '../../../../pods/gateway/certificates/told.ts'
import { Root } from './making.ts'

const root = await Root.make()
const day = (number: number) => Date.UTC(2040, 0, number)

async function made(label: string, endsAtMs: number) {
  const read = readCertificate(label, await root.make({ names: [`${label}.test`], endsAtMs }))
  if (typeof read === 'string') throw new Error(read)
  return read
}

test('certificatesText() counts them, and names the first thing that is wrong', async () => {
  const one = await made('a', day(1))
  const fault = { label: 'b.pem', text: 'it has no key' }
  assert.is(certificatesText([], []), 'no certificates')
  assert.is(certificatesText([one], []), '1 certificate')
  assert.is(certificatesText([one, one], [fault]), '2 certificates (b.pem: it has no key)')
  assert.is(certificatesText([one], [fault, fault, fault]), '1 certificate (b.pem: it has no key, and 2 more)')
})

test('certificatesLines() tells names and ends, the next end first, and what could not be taken', async () => {
  const all = [await made('late', day(40)), await made('soon', day(3)), await made('over', day(1))]
  const faults = [
    { label: 'over', text: 'it has ended' },
    { label: 'b.pem', text: 'it has no key' },
  ]
  assert.is(
    certificatesLines(toldCertificates(all, faults, day(2))),
    'certificate over: over.test, ended at 2040-01-01T00:00:00.000Z, by Test root; it has ended\n' +
      'certificate soon: soon.test, ends at 2040-01-03T00:00:00.000Z, in 1 day, by Test root\n' +
      'certificate late: late.test, ends at 2040-02-09T00:00:00.000Z, in 38 days, by Test root\n' +
      'certificate b.pem: it has no key\n',
  )
})

test.run()
