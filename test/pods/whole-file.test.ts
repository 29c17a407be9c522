// A file of a pod is the one before or the new one.
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readIfThere, writeWhole, writeWholeSync } from '../../pods/whole-file.ts'
import { errorOf } from '../fails.ts'
import { openBelow, whileNthFails } from '../nth-call.ts'
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

test('whichever call fails, writeWhole() leaves the file as it was, or has written the new one', async () => {
  for (const call of ['writeFile', 'rename', 'rm'] as const) {
    for (let number = 1, wasReached = true; wasReached; number++) {
      using at = scratch()
      const file = at.file('plan', 'before')
      let error: unknown
      const write = async () => {
        error = await writeWhole(file, 'the one that is new').catch(failed => failed)
      }
      wasReached = await whileNthFails(write, { calls: [call], at: number, code: 'ENOSPC' })
      assert.is(readFileSync(file, 'utf8'), error ? 'before' : 'the one that is new', `${call} ${number}`)
      assert.equal([readdirSync(at.dir), openBelow(at.dir)], [['plan'], []], `${call} ${number}`)
    }
  }
})

test('readIfThere() tells a file that is missing from one that cannot be read', async () => {
  using at = scratch()
  assert.is(await readIfThere(at.file('plan', 'now')), 'now')
  assert.is(await readIfThere(at.path('none')), undefined)
  assert.is((await errorOf(() => readIfThere(at.dir))).code, 'EISDIR')
})

test.run()
