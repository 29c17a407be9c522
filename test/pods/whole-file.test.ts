// A file of a pod is the one before or the new one.
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readIfThere, writeWhole, writeWholeSync } from '../../pods/whole-file.ts'
import { errorOf } from '../fails.ts'
import { scratch } from '../scratch.ts'

for (const write of [writeWhole, writeWholeSync]) {
  test(`${write.name}() puts a file in the place of the one before, for this user alone`, async () => {
    using at = scratch()
    const file = at.file('plan', 'before')
    await write(file, 'now')
    assert.equal([readFileSync(file, 'utf8'), statSync(file).mode & 0o777], ['now', 0o600])
    assert.equal(readdirSync(at.dir), ['plan'])
  })

  test(`${write.name}() that fails leaves all as before, and nothing half written`, async () => {
    using at = scratch()
    mkdirSync(at.path('plan'))
    const code = await (async () => await write(at.path('plan'), 'now'))().catch(error => error.code)
    assert.ok(['EISDIR', 'EEXIST', 'ENOTEMPTY'].includes(code), code)
    assert.equal(readdirSync(at.dir), ['plan'])
  })
}

test('readIfThere() tells a file that is missing from one that cannot be read', async () => {
  using at = scratch()
  assert.is(await readIfThere(at.file('plan', 'now')), 'now')
  assert.is(await readIfThere(at.path('none')), undefined)
  assert.is((await errorOf(() => readIfThere(at.dir))).code, 'EISDIR')
})

test.run()
