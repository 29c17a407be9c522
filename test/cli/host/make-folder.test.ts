import { chmodSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeFolder } from '../../../cli/host/make-folder.ts'
import { failsWith } from '../../fails.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'

test('makeFolder() makes it with those above it, for this user alone, and minds none that is there', async () => {
  using at = scratch()
  for (const _ of [1, 2]) await makeFolder(at.path('a/b/c'))
  for (const name of ['a', 'a/b', 'a/b/c']) assert.is(statSync(at.path(name)).mode & 0o777, 0o700)
})

test('makeFolder() says why it cannot, also where the system never makes any', async () => {
  using at = scratch()
  at.file('file', '')
  assert.match((await failsWith('save_failed', () => makeFolder(at.path('file/x')))).message, at.path('file/x'))
  await failsWith('save_failed', () => makeFolder('/proc/no/such'))
})

needs(test, 'another user than root')('makeFolder() names the folder that this user may not enter', async () => {
  using at = scratch()
  await makeFolder(at.path('closed/mine'))
  chmodSync(at.path('closed'), 0)
  const error = await failsWith('save_failed', () => makeFolder(at.path('closed/mine/data')))
  chmodSync(at.path('closed'), 0o700)
  assert.match(error.message, `this user may not enter ${at.path('closed')}`)
})

test.run()
