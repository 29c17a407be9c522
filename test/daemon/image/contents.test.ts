// Bytes of pushed files, each once, and the trees that are made of them.
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { missingContents, placeTree, saveContent } from '../../../daemon/image/contents.ts'
import { hashOf } from '../../../daemon/image/store.ts'
import { type DataPaths, dataPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

function store(): Scratch & { paths: DataPaths } {
  const at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.images)
  return { ...at, paths }
}

async function save(paths: DataPaths, text: string): Promise<string> {
  const hash = hashOf(text)
  await saveContent(paths, hash, Buffer.from(text))
  return hash
}

test('saveContent() keeps bytes once, and missingContents() names those that are not there', async () => {
  using at = store()
  const [here, gone] = [await save(at.paths, 'one'), hashOf('two')]
  await save(at.paths, 'one')
  assert.equal(await missingContents(at.paths, [here, gone, gone]), [gone])
  assert.equal(readdirSync(join(at.paths.contents, here.slice(0, 2))), [here])
})

test('saveContent() refuses bytes that are not those of the hash', async () => {
  using at = store()
  const error = await failsWith('bad_image', () => saveContent(at.paths, hashOf('one'), Buffer.from('two')))
  assert.match(error.hint ?? '', /push again/)
  assert.equal(await missingContents(at.paths, [hashOf('one')]), [hashOf('one')])
})

test('placeTree() makes files that nobody may write, programs that can be executed, and links', async () => {
  using at = store()
  const hash = await save(at.paths, 'text')
  const tree = [
    { path: 'a/b.txt', hash, size: 4 },
    { path: 'run', hash, size: 4, x: true as const },
    { path: 'a/link', link: 'b.txt' },
  ]
  const [first, second] = [join(at.dir, 'first'), join(at.dir, 'second')]
  for (const folder of [first, second]) await placeTree(at.paths, tree, folder)
  assert.is(readFileSync(join(first, 'a/link'), 'utf8'), 'text')
  assert.is(readlinkSync(join(first, 'a/link')), 'b.txt')
  const [plain, program] = ['a/b.txt', 'run'].map(path => statSync(join(first, path)))
  assert.equal([(plain?.mode ?? 0) & 0o777, (program?.mode ?? 0) & 0o777], [0o444, 0o555])
  assert.is(statSync(join(second, 'a/b.txt')).ino, plain?.ino, 'two versions share their bytes')
})

test('missingContents() names bytes in which somebody has written', async () => {
  using at = store()
  const hash = await save(at.paths, 'text')
  await placeTree(at.paths, [{ path: 'a', hash, size: 4 }], join(at.dir, 'tree'))
  chmodSync(join(at.dir, 'tree/a'), 0o600)
  writeFileSync(join(at.dir, 'tree/a'), 'evil')
  assert.equal(await missingContents(at.paths, [hash]), [hash])
  await save(at.paths, 'text')
  await placeTree(at.paths, [{ path: 'a', hash, size: 4 }], join(at.dir, 'next'))
  assert.is(readFileSync(join(at.dir, 'next/a'), 'utf8'), 'text')
})

test.run()
