// A file of the gateway is the one before or the new one.
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { writeWhole } from '../../../pods/gateway/whole-file.ts'
import { scratch } from '../../scratch.ts'

test('writeWhole() puts a file in the place of the one before, for this user alone', async () => {
  using at = scratch()
  const file = at.file('plan', 'before')
  await writeWhole(file, 'now')
  assert.equal([readFileSync(file, 'utf8'), statSync(file).mode & 0o777], ['now', 0o600])
})

test('writeWhole() that fails leaves all as before, and nothing half written', async () => {
  using at = scratch()
  mkdirSync(at.path('plan'))
  const code = await writeWhole(at.path('plan'), 'now').catch(error => error.code)
  assert.ok(['EISDIR', 'EEXIST', 'ENOTEMPTY'].includes(code), code)
  assert.equal(readdirSync(at.dir), ['plan'])
})

test.run()
