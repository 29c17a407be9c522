// Images on the disk: there whole, or not at all.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  describeImage,
  describeScript,
  hashOf,
  isWhole,
  mainFile,
  readImage,
  removeHalfMadeImages,
  removeImages,
  saveImage,
} from '../../../daemon/image/store.ts'
import { type DataPaths, dataPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const code = 'export default () => {}'
const image = describeImage(code, { format: 'esm', exports: ['default'], config: {} }, 'app.ts')

function images(): Scratch & { paths: DataPaths } {
  const at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.images)
  return { ...at, paths }
}

test('saveImage() stores code, map and what is known, for the owner alone, and readImage() finds it', async () => {
  using at = images()
  await saveImage(at.paths, image, { code, map: '{}' })
  const main = mainFile(at.paths, image)
  assert.is(readFileSync(main, 'utf8'), `${code}\n//# sourceMappingURL=main.mjs.map\n`)
  assert.is(readFileSync(`${main}.map`, 'utf8'), '{}')
  assert.is(statSync(main).mode & 0o777, 0o600)
  assert.equal(await readImage(at.paths, image.hash), { v: 1, ...image })
  assert.equal(readdirSync(at.paths.images), [image.hash], 'nothing half-made is left')
})

test('saveImage() stores a script as it is, and lets its owner run it', async () => {
  using at = images()
  const bytes = Buffer.from([0x23, 0x21, 0xff, 0x00])
  const script = describeScript(bytes, 'x.sh')
  await saveImage(at.paths, script, { code: bytes })
  const main = mainFile(at.paths, script)
  assert.equal(readFileSync(main), bytes)
  assert.is(statSync(main).mode & 0o777, 0o700)
  assert.ok(await isWhole(at.paths, script))
})

test('saveImage() leaves a whole one that is there, and puts one in the place of a damaged one', async () => {
  using at = images()
  await saveImage(at.paths, image, { code })
  const before = statSync(mainFile(at.paths, image)).ino
  await saveImage(at.paths, image, { code })
  assert.is(statSync(mainFile(at.paths, image)).ino, before)
  writeFileSync(mainFile(at.paths, image), 'damaged')
  assert.not.ok(await isWhole(at.paths, image))
  await saveImage(at.paths, image, { code })
  assert.is(readFileSync(mainFile(at.paths, image), 'utf8'), code)
})

test('saveImage() that cannot be done leaves nothing, and says where', async () => {
  using at = images()
  writeFileSync(join(at.dir, 'file'), '')
  const paths = dataPaths(join(at.dir, 'file'))
  await failsWith('save_failed', () => saveImage(paths, image, { code }))
})

test('two pushes of the same content at once store it once', async () => {
  using at = images()
  await Promise.all(Array.from({ length: 5 }, () => saveImage(at.paths, image, { code })))
  assert.ok(await isWhole(at.paths, image))
  assert.equal(readdirSync(at.paths.images), [image.hash])
})

test('readImage() says what is wrong with one that is not there, or of another shape', async () => {
  using at = images()
  const missing = await failsWith('state_broken', () => readImage(at.paths, image.hash))
  assert.match(missing.message, 'there is no such file')
  mkdirSync(at.paths.image(image.hash))
  writeFileSync(join(at.paths.image(image.hash), 'image.json'), '{"v":2}')
  assert.match((await failsWith('state_broken', () => readImage(at.paths, image.hash))).message, 'image.json')
})

test('removeHalfMadeImages() removes what a crash left, and names the others', async () => {
  using at = images()
  for (const name of ['.new-abc-1', image.hash, 'foreign']) mkdirSync(join(at.paths.images, name))
  assert.equal(await removeHalfMadeImages(at.paths), [image.hash])
  assert.equal(readdirSync(at.paths.images).sort(), ['foreign', image.hash].sort())
})

test('removeImages() removes those, also where one of them is gone', async () => {
  using at = images()
  await saveImage(at.paths, image, { code })
  await removeImages(at.paths, [image.hash, 'a'.repeat(64)])
  assert.not.ok(existsSync(at.paths.image(image.hash)))
})

test('hashOf() is the sha256 of the bytes', () => {
  assert.is(hashOf(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.is(hashOf('é'), hashOf(Buffer.from('é')))
})

test.run()
