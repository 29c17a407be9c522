import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Found, OwnFiles } from '../../../../pods/gateway/certificates/own-files.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { Root } from './making.ts'

const root = await Root.make()

const textsOf = ({ certificates, faults }: Found) => [
  ...certificates.map(({ label, names }) => `${label}: ${names.join(' ')}`),
  ...faults.map(({ label, text }) => `${label}! ${text}`),
]

test('OwnFiles reads all pairs of a folder, and says of each that is wrong what it is', async () => {
  using at = scratch()
  const good = await root.make({ names: ['a.test'] })
  const other = await root.make({ names: ['b.test'] })
  at.file('good.pem', good.pem)
  at.file('good.key', good.key)
  at.file('both.pem', other.key + other.pem)
  at.file('c.test/fullchain.pem', other.pem)
  at.file('c.test/privkey.pem', other.key)
  at.file('alone.pem', good.pem)
  at.file('mixed.crt', good.pem)
  at.file('mixed.key', other.key)
  const found: Found[] = []
  const files = new OwnFiles(at.dir, now => void found.push(now))
  await files.open()
  files.close()
  assert.is(found.length, 1)
  assert.equal(textsOf(found[0] as Found), [
    'both.pem: b.test',
    'good.pem: a.test',
    'c.test: b.test',
    'alone.pem! it has no key: there is no alone.key beside it',
    'mixed.crt! the key does not fit: it is that of another certificate',
  ])
})

test('OwnFiles takes what is put there later, and keeps a good pair while its successor is not whole', async () => {
  using at = scratch()
  const dir = at.path('certs')
  mkdirSync(dir)
  let found: Found = { certificates: [], faults: [] }
  const files = new OwnFiles(dir, now => {
    found = now
  })
  await files.open()
  const [first, second] = [await root.make({ names: ['a.test'] }), await root.make({ names: ['a.test', 'b.test'] })]
  at.file('certs/x.key', first.key)
  at.file('certs/x.pem', first.pem)
  await until(() => textsOf(found).join() === 'x.pem: a.test', 'the first is there')
  at.file('certs/x.pem', second.pem)
  await until(() => found.faults.length > 0, 'it is seen that the key does not fit')
  assert.equal(textsOf(found), [
    'x.pem: a.test',
    'x.pem! the key does not fit: it is that of another certificate; the one before stays in force',
  ])
  at.file('certs/x.key', second.key)
  await until(() => textsOf(found).join() === 'x.pem: a.test b.test', 'the second is there')
  renameSync(at.path('certs/x.pem'), at.path('x.pem'))
  await until(() => textsOf(found).length === 0, 'it is gone')
  files.close()
})

test('OwnFiles keeps what it has while the folder is away', async () => {
  using at = scratch()
  const { pem, key } = await root.make({ names: ['a.test'] })
  at.file('certs/x.pem', pem)
  at.file('certs/x.key', key)
  let found: Found = { certificates: [], faults: [] }
  const files = new OwnFiles(at.path('certs'), now => {
    found = now
  })
  await files.open()
  renameSync(at.path('certs'), at.path('elsewhere'))
  await until(() => found.faults.length > 0, 'it is seen')
  files.close()
  assert.is(found.certificates.length, 1)
  assert.match(found.faults[0]?.text ?? '', /ENOENT/)
  rmSync(at.path('elsewhere'), { recursive: true })
})

test.run()
