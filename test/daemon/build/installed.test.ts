// Packages that are installed once for a lock file.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ensureInstalled } from '../../../daemon/build/installed.ts'
import { installedFolder } from '../../../daemon/image/packages.ts'
import { removeSealed } from '../../../daemon/image/seal.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { errorOf } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('ensureInstalled() installs in a folder of its own, once, and seals what it gets', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.installed, { recursive: true })
  at.file('from/package.json', '{}')
  const places: string[] = []
  const install = async (folder: string) => {
    places.push(folder)
    assert.ok(existsSync(join(folder, 'package.json')))
    mkdirSync(join(folder, 'node_modules', 'a'), { recursive: true })
    writeFileSync(join(folder, 'node_modules', 'a', 'index.js'), 'it')
  }
  const once = () => ensureInstalled(paths, { key: 'key', from: at.path('from') }, install)
  assert.equal([await once(), await once()], [false, true])
  assert.is(places.length, 1)
  const modules = join(installedFolder(paths, 'key'), 'node_modules')
  assert.is(statSync(join(modules, 'a', 'index.js')).mode & 0o222, 0)
  await removeSealed(paths.installed)
})

test('ensureInstalled() leaves nothing where the installation fails', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.installed, { recursive: true })
  at.file('from/package.json', '{}')
  const failing = async () => {
    throw new Error('no such package')
  }
  const error = await errorOf(() => ensureInstalled(paths, { key: 'key', from: at.path('from') }, failing))
  assert.is(error.message, 'no such package')
  assert.equal(readdirSync(paths.installed), [])
})

test.run()
