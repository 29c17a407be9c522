// Folders that go with all that is in them.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { removeTrees } from '../../../daemon/system/remove-tree.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'

const asRoot = needs(test, 'root')

test('removeTrees() removes folders and files, nothing that a link leads to, and minds none that is not there', async () => {
  using at = scratch()
  at.file('kept/file', '')
  at.file('file', '')
  mkdirSync(at.path('folder/inner'), { recursive: true })
  symlinkSync(at.path('kept'), at.path('folder/inner/link'))
  symlinkSync(at.path('kept'), at.path('link'))
  await removeTrees(['folder', 'file', 'link', 'gone'].map(name => at.path(name)))
  assert.equal([readdirSync(at.dir), readdirSync(at.path('kept'))], [['kept'], ['file']])
})

// Whoever goes by path can be led astray, and does not come so deep.
asRoot('removeTrees() does not go by path, where other users may change what is in the folders', async () => {
  using at = scratch()
  const name = 'n'.repeat(200)
  mkdirSync(at.path('deep'))
  const make =
    'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do mkdir $0; cd -P ./$0; done'
  execFileSync('bash', ['-c', make, name], { cwd: at.path('deep') })
  await removeTrees([at.path('deep')])
  assert.not(existsSync(at.path('deep')))
})

test.run()
