import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Certificate, readCertificate } from '../../../../pods/gateway/certificates/certificate.ts'
import { faultsOf, Shelf } from '../../../../pods/gateway/certificates/shelf.ts'
import { Root, type Wanted } from './making.ts'

const root = await Root.make()
const hourMs = 3_600_000
const now = Date.now()

async function made(label: string, wanted: Wanted): Promise<Certificate> {
  const read = readCertificate(label, await root.make(wanted))
  if (typeof read === 'string') throw new Error(read)
  return read
}

test('Shelf finds the certificate of a name before a wildcard, and of several the one that lasts the longest', async () => {
  const shelf = new Shelf()
  const wildcard = await made('wildcard', { names: ['*.test'] })
  const short = await made('short', { names: ['a.test'], endsAtMs: now + hourMs })
  const long = await made('long', { names: ['a.test', 'c.org'], endsAtMs: now + 2 * hourMs })
  shelf.put('one', [long, wildcard])
  shelf.put('other', [short])
  assert.is(shelf.find('a.test')?.label, 'long')
  assert.is(shelf.find('b.test')?.label, 'wildcard')
  assert.is(shelf.find('x.b.test'), undefined)
  assert.is(shelf.named('c.org')?.label, 'long')
  assert.is(shelf.named('short')?.label, 'short')
  shelf.put('one', [])
  assert.is(shelf.find('a.test')?.label, 'short')
})

test('Shelf has one that has ended for clients that come, and covers nothing by it', async () => {
  const shelf = new Shelf()
  shelf.put('one', [await made('ended', { names: ['a.test'], endsAtMs: now - hourMs, beginsAtMs: now - 2 * hourMs })])
  assert.is(shelf.find('a.test')?.label, 'ended')
  assert.not(shelf.covers('a.test'))
  shelf.put('other', [await made('good', { names: ['*.test'] })])
  assert.ok(shelf.covers('b.test'))
})

test('faultsOf() names what has ended, what begins later, and what no route is for', async () => {
  const all = [
    await made('ended', { names: ['a.test'], beginsAtMs: now - 2 * hourMs, endsAtMs: now - hourMs }),
    await made('later', { names: ['a.test'], beginsAtMs: now + hourMs }),
    await made('other', { names: ['x.org', 'y.org'] }),
    await made('wildcard', { names: ['*.dev.test'] }),
  ]
  const [ended = '', later = '', other, ...more] = faultsOf(all, ['a.test', 'b.dev.test'], now).map(
    ({ label, text }) => `${label}: ${text}`,
  )
  assert.equal(more, [])
  assert.match(ended, /^ended: it has ended at \d{4}-/)
  assert.match(later, /^later: it begins only at /)
  assert.is(other, 'other: no route is for x.org, y.org')
  assert.is(faultsOf(all.slice(2, 3), ['*.org'], now).length, 0)
  assert.is(faultsOf(all.slice(2, 3), ['*'], now).length, 0)
})

test.run()
