import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addEntries, refusalOf, type TreeAmount } from '../../../cli/git/tree-amount.ts'

const hash = '0'.repeat(40)
const none: TreeAmount = { files: 0, bytes: 0, submodules: [] }

test('addEntries() counts files and their bytes, and names submodules, which count as files', () => {
  const entries = [
    `100644 blob ${hash}      25\tindex.js`,
    `120000 blob ${hash}       7\ta folder/with\na line`,
    `160000 commit ${hash}       -\tother/lib`,
    '',
  ]
  const amount = addEntries(none, entries)
  assert.equal(amount, { files: 3, bytes: 32, submodules: ['other/lib'] })
  assert.equal(addEntries(amount, entries), { files: 6, bytes: 64, submodules: ['other/lib', 'other/lib'] })
})

test('refusalOf() names the limit that a commit is over, and the setting', () => {
  const limits = { maxTreeFiles: 2, maxTreeBytes: 10 }
  assert.is(refusalOf({ ...none, files: 2, bytes: 10 }, limits), undefined)
  const [files, bytes] = [refusalOf({ ...none, files: 3 }, limits), refusalOf({ ...none, bytes: 11 }, limits)]
  assert.is(files?.message, 'Cannot deploy: the commit has more than 2 files')
  assert.is(bytes?.message, 'Cannot deploy: the commit has more than 10 bytes')
  assert.equal([files?.code, files?.facts.setting, bytes?.facts.setting], ['too_large', 'maxTreeFiles', 'maxTreeBytes'])
  const unknown = { maxTreeFiles: undefined, maxTreeBytes: undefined }
  assert.is(refusalOf({ ...none, files: 1e9, bytes: 1e15 }, unknown), undefined)
})

test.run()
