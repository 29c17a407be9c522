// Folders that nobody may write in.
import { existsSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { moveSealed, removeSealed, seal } from '../../../daemon/image/seal.ts'
import { scratch } from '../../scratch.ts'

test('seal() takes the right to write from all within, and removeSealed() removes it all the same', async () => {
  using at = scratch()
  at.file('tree/a.js', '1')
  at.file('tree/deep/er/b.js', '1')
  symlinkSync('/nowhere', at.path('tree/link'))
  await seal(at.path('tree'))
  const modes = ['.', 'a.js', 'deep', 'deep/er/b.js'].map(path => statSync(join(at.path('tree'), path)).mode & 0o222)
  assert.equal(modes, [0, 0, 0, 0])
  await removeSealed(at.path('tree'))
  assert.not.ok(existsSync(at.path('tree')))
  await removeSealed(at.path('gone'))
})

test('moveSealed() moves a sealed folder to another parent, also for whoever is not root, and it stays sealed', async () => {
  using at = scratch()
  at.file('from/tree/a.js', '1')
  at.file('to/b.js', '1')
  await seal(at.path('from/tree'))
  await moveSealed(at.path('from/tree'), at.path('to/tree'))
  assert.is(statSync(at.path('to/tree')).mode & 0o222, 0)
  assert.not.ok(existsSync(at.path('from/tree')))
  await removeSealed(at.path('to'))
})

test.run()
