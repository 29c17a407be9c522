// Whether a repository of git is kept. Not here: what is pushed to it (e2e/git.test.ts).
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { removeIfEmpty } from '../../../../daemon/server/http/git-repository.ts'
import { foldersFail } from '../../../folders-fail.ts'
import { scratch } from '../../../scratch.ts'

test('removeIfEmpty() removes what nothing was accepted into, and nothing that cannot be looked at now', async () => {
  using at = scratch()
  for (const folder of ['full', 'empty']) mkdirSync(at.path(`${folder}/refs/heads`), { recursive: true })
  writeFileSync(at.path('full/refs/heads/main'), '')
  for (const code of ['EMFILE', 'EIO', 'EACCES']) {
    using _ = foldersFail(() => code)
    await removeIfEmpty(at.path('full'))
    assert.ok(existsSync(at.path('full')), code)
  }
  for (const folder of ['full', 'empty']) await removeIfEmpty(at.path(folder))
  assert.equal([existsSync(at.path('full')), existsSync(at.path('empty'))], [true, false])
})

test.run()
