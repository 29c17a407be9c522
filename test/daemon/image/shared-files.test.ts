import {
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { removeUnshared, shareFiles } from '../../../daemon/image/shared-files.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { scratch } from '../../scratch.ts'

test('shareFiles() lets equal files of two folders share their bytes, each with its mode', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  for (const version of ['one', 'two']) {
    at.file(`${version}/deep/same.js`, 'the same')
    chmodSync(at.file(`${version}/run.sh`, 'the same'), 0o755)
    at.file(`${version}/own.js`, version)
    symlinkSync('own.js', at.path(`${version}/link.js`))
    await shareFiles(paths, at.path(version))
  }
  const inode = (path: string) => statSync(at.path(path)).ino
  assert.is(inode('one/deep/same.js'), inode('two/deep/same.js'))
  assert.is(inode('one/run.sh'), inode('two/run.sh'))
  assert.is.not(inode('one/run.sh'), inode('one/deep/same.js'))
  assert.is.not(inode('one/own.js'), inode('two/own.js'))
  assert.equal(
    [statSync(at.path('two/run.sh')).mode & 0o777, readFileSync(at.path('two/link.js'), 'utf8')],
    [0o555, 'two'],
  )
})

test('shareFiles() does not share bytes that are not whole any more', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  const first = at.file('one/a.js', 'the same')
  await shareFiles(paths, at.path('one'))
  chmodSync(first, 0o644)
  truncateSync(first, 3)
  writeFileSync(at.file('two/a.js', ''), 'the same')
  await shareFiles(paths, at.path('two'))
  assert.is(readFileSync(at.path('two/a.js'), 'utf8'), 'the same')
  at.file('three/a.js', 'the same')
  await shareFiles(paths, at.path('three'))
  assert.is(statSync(at.path('three/a.js')).ino, statSync(at.path('two/a.js')).ino)
})

test('removeUnshared() removes the bytes that no folder has', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  await removeUnshared(paths)
  at.file('kept/a.js', 'kept')
  at.file('gone/b.js', 'gone')
  for (const folder of ['kept', 'gone']) await shareFiles(paths, at.path(folder))
  rmSync(at.path('gone'), { recursive: true })
  await removeUnshared(paths)
  const left = readdirSync(paths.built, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  assert.is(left.length, 1)
})

test.run()
