// Which file a run may see since it is its lease.
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isLease, openLease } from '../../../daemon/bounds/lease.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { scratch } from '../../scratch.ts'

const modeOf = (file: string) => statSync(file).mode & 0o777

test('openLease() lets others read the lease of a fleet, and nothing else that a config names', async () => {
  using at = scratch()
  const paths = dataPaths(at.path('data'))
  const fleet = at.file('data/pods/fleet/storage/lease/taken', '1')
  const others = ['data/token', 'data/pods/web/storage/taken', 'lease'].map(name => at.file(name, '1'))
  chmodSync(at.path('data'), 0o700)
  for (const file of [fleet, ...others]) chmodSync(file, 0o600)
  for (const file of others) await openLease(paths, file)
  assert.equal([others.map(modeOf), modeOf(at.path('data'))], [[0o600, 0o600, 0o600], 0o700])
  await openLease(paths, fleet)
  assert.equal([modeOf(fleet), modeOf(dirname(fleet)) & 0o011], [0o644, 0o011])
})

test('isLease() is true of a file that says when, and in the data directory of that of a fleet alone', async () => {
  using at = scratch()
  const paths = dataPaths(at.path('data'))
  const fleet = at.path('data/pods/fleet/storage/lease/taken')
  for (const file of [fleet, at.path('empty/lease')]) mkdirSync(dirname(file), { recursive: true })
  const secret = at.file('secret', 'sesame')
  const files = [
    fleet,
    at.file('lease', '123.4\n'),
    secret,
    at.path('none'),
    at.file('data/token', '1'),
    at.path('empty/lease'),
  ]
  const found = await Promise.all(files.map(async file => await isLease(paths, file)))
  assert.equal(found, [true, true, false, false, false, true])
})

test.run()
