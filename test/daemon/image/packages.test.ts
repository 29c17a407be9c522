// The packages of an installation in the folder of a version.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dropPackages, ensurePackages, linkInstalled } from '../../../daemon/image/packages.ts'
import { removeSealed, seal } from '../../../daemon/image/seal.ts'
import { hashOf, type Image, saveImage } from '../../../daemon/image/store.ts'
import { type DataPaths, dataPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('linkInstalled() gives a version folders of its own, whose files share their bytes', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  const modules = join('images', 'installed', 'key', 'node_modules')
  const file = at.file(join(modules, '@a', 'b', 'index.js'), 'it')
  at.file(join(modules, 'c', 'cli.js'), 'cli')
  mkdirSync(at.path(join(modules, '.bin')))
  symlinkSync('../c/cli.js', at.path(join(modules, '.bin', 'c')))
  mkdirSync(at.path('tree'))
  await linkInstalled(paths, 'key', at.path('tree'))
  const made = at.path('tree/node_modules')
  assert.ok(lstatSync(made).isDirectory() && lstatSync(join(made, '@a/b')).isDirectory())
  assert.is(statSync(join(made, '@a/b/index.js')).ino, statSync(file).ino)
  assert.is(readlinkSync(join(made, '.bin/c')), '../c/cli.js')
  assert.is(readFileSync(join(made, '.bin/c'), 'utf8'), 'cli')
})

/** A version with one package. */
type Version = AsyncDisposable & { paths: DataPaths; image: Image; modules: string }

async function version(): Promise<Version> {
  const at = scratch()
  const paths = dataPaths(at.dir)
  at.file('images/installed/key/node_modules/a/index.js', 'it')
  const hash = hashOf('a')
  const starts = { how: 'program' as const, entry: 'app.js', args: [], because: 'its name' }
  const known = { hash, size: 1, kind: 'service' as const, exports: [], config: {}, file: 'web', starts }
  const image = { ...known, format: 'folder' as const, installed: 'key' }
  const fill = async (into: string) => {
    mkdirSync(join(into, 'tree'))
    await seal(join(into, 'tree'))
  }
  await saveImage(paths, image, { fill, discard: async () => {} })
  return {
    paths,
    image: { v: 1, ...image },
    modules: join(paths.image(hash), 'tree', 'node_modules'),
    [Symbol.asyncDispose]: async () => {
      await removeSealed(paths.images)
      at[Symbol.dispose]()
    },
  }
}

test('ensurePackages() makes them again for a version that rested, sealed, and once for several that ask', async () => {
  await using at = await version()
  const { paths, image, modules } = at
  await Promise.all([ensurePackages(paths, image), ensurePackages(paths, image)])
  assert.is(readFileSync(join(modules, 'a', 'index.js'), 'utf8'), 'it')
  for (const folder of [modules, join(modules, '..'), join(modules, 'a')])
    assert.is(statSync(folder).mode & 0o777, 0o555, folder)
  await dropPackages(paths, { hash: image.hash, isResting: () => true })
  assert.not(existsSync(modules))
  await dropPackages(paths, { hash: image.hash, isResting: () => true })
  await ensurePackages(paths, image)
  assert.ok(existsSync(join(modules, 'a', 'index.js')))
  assert.equal(
    readdirSync(paths.images).filter(name => name.startsWith('.new-')),
    [],
  )
})

test('dropPackages() takes nothing from a version that has just begun a run', async () => {
  await using at = await version()
  const { paths, image, modules } = at
  await ensurePackages(paths, image)
  await dropPackages(paths, { hash: image.hash, isResting: () => false })
  assert.ok(existsSync(modules))
})

test('ensurePackages() says what to do where the installation is gone too', async () => {
  await using at = await version()
  const { paths, image, modules } = at
  await removeSealed(paths.installed)
  const error = await failsWith('state_broken', () => ensurePackages(paths, image))
  assert.match(error.message, /packages of version .* are gone/)
  assert.not(existsSync(modules))
})

test.run()
