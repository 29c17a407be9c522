// Files of a folder that is going to be built.
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ownFiles } from '../../../daemon/build/own-files.ts'
import { scratch } from '../../scratch.ts'

test('ownFiles() replaces links to shared bytes by copies that may be written, and leaves symbolic links', async () => {
  using at = scratch()
  const shared = at.file('shared', '1')
  chmodSync(shared, 0o555)
  mkdirSync(at.path('folder/deep'), { recursive: true })
  linkSync(shared, at.path('folder/deep/run.sh'))
  symlinkSync('/nowhere', at.path('folder/link'))
  await ownFiles(at.path('folder'))
  writeFileSync(at.path('folder/deep/run.sh'), '2')
  assert.is(statSync(at.path('folder/deep/run.sh')).mode & 0o777, 0o755)
  assert.is(readFileSync(shared, 'utf8'), '1')
})

test.run()
