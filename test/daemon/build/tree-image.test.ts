// The image of a tree: checked before anything is made, built out of the way, and known again.
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BuildNeeds } from '../../../daemon/build/build.ts'
import { type PushedTree, prepareTree } from '../../../daemon/build/tree-image.ts'
import { saveContent } from '../../../daemon/image/contents.ts'
import { removeSealed } from '../../../daemon/image/seal.ts'
import { hashOf, saveImage } from '../../../daemon/image/store.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { systemProcesses } from '../../../daemon/system/system-processes.ts'
import { defaultSettings, type Settings } from '../../../protocol/settings.ts'
import type { TreeFile } from '../../../protocol/tree.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

type Store = AsyncDisposable & { needs: BuildNeeds; files(texts: Record<string, string>): Promise<TreeFile[]> }

function store(settings: Partial<Settings> = {}): Store {
  const at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.images)
  return {
    needs: { paths, processes: systemProcesses, settings: { ...defaultSettings, ...settings } },
    files: async texts => {
      for (const text of Object.values(texts)) await saveContent(paths, hashOf(text), Buffer.from(text))
      return Object.entries(texts).map(([path, text]) => ({ path, hash: hashOf(text), size: text.length }))
    },
    [Symbol.asyncDispose]: async () => {
      await removeSealed(paths.images)
      at[Symbol.dispose]()
    },
  }
}

async function prepare({ needs }: Store, given: Partial<PushedTree> & Pick<PushedTree, 'tree'>) {
  const lines: string[] = []
  const building = { signal: new AbortController().signal, say: (line: string) => void lines.push(line) }
  const made = await prepareTree(needs, { name: 'web', chosen: {}, options: {}, file: 'web', ...given }, building)
  return { ...made, lines }
}

test('prepareTree() builds a folder, says what it does, and seals what comes of it', async () => {
  await using at = store()
  const tree = await at.files({ 'package.json': '{"scripts":{"build":"x"}}', 'app.js': '1' })
  const { image, content, lines } = await prepare(at, { tree, options: { build: 'echo made > made.txt; echo done' } })
  assert.equal(lines, ['$ echo made > made.txt; echo done', 'done'])
  assert.equal([image.format, image.size, image.config], ['folder', 26, {}])
  await saveImage(at.needs.paths, image, content)
  const folder = join(at.needs.paths.image(image.hash), 'tree')
  assert.is(readFileSync(join(folder, 'made.txt'), 'utf8'), 'made\n')
  assert.is(statSync(folder).mode & 0o222, 0)
  if ('discard' in content) await content.discard()
  assert.equal(
    readdirSync(at.needs.paths.images).filter(name => name.startsWith('.new-')),
    [],
  )
})

test('prepareTree() knows a folder again, and builds nothing', async () => {
  await using at = store()
  const tree = await at.files({ 'app.js': '1' })
  const options = { build: 'echo building' }
  const first = await prepare(at, { tree, options })
  await saveImage(at.needs.paths, first.image, first.content)
  const again = await prepare(at, { tree: tree.toReversed(), options })
  assert.equal([again.image.hash, again.lines], [first.image.hash, []])
  const others = [
    { tree, options: {} },
    { tree, options: { ...options, noBuild: true } },
    { tree, options, chosen: { args: ['x'] } },
  ]
  for (const other of others) {
    const { image, content } = await prepare(at, other)
    assert.is.not(image.hash, first.image.hash)
    if ('discard' in content) await content.discard()
  }
})

test('prepareTree() makes no image for a pusher that has left, where no step has seen it', async () => {
  await using at = store()
  const tree = await at.files({ 'app.js': '1' })
  const pushed = { name: 'web', tree, chosen: {}, options: {}, file: 'web' }
  const building = { signal: AbortSignal.abort(), say: () => {} }
  await failsWith('aborted', () => prepareTree(at.needs, pushed, building))
  assert.equal(readdirSync(at.needs.paths.images), ['files'])
})

test('prepareTree() leaves nothing of a folder that fails', async () => {
  await using at = store()
  const tree = await at.files({ 'app.js': '1' })
  await failsWith('build_failed', () => prepare(at, { tree, options: { build: 'exit 1' } }))
  await failsWith('bad_image', () => prepare(at, { tree, chosen: { entry: 'gone.js' } }))
  assert.equal(readdirSync(at.needs.paths.images), ['files'])
})

test('prepareTree() tells what is wrong in the policy before it builds', async () => {
  await using at = store()
  const lines: string[] = []
  const building = { signal: new AbortController().signal, say: (line: string) => void lines.push(line) }
  const given = { name: 'web', chosen: {}, options: { build: 'echo building' }, file: 'web' }
  for (const [texts, code] of [
    [{ 'app.js': '1', 'pod.json': '{ "scael": 2 }' }, 'bad_config'],
    [{ 'app.js': '1', 'package.json': '{ "pod": { "scale": "x" } }' }, 'bad_config'],
    [{ 'app.js': '1', 'package.json': '{' }, 'bad_image'],
  ] as const) {
    const tree = await at.files(texts)
    await failsWith(code, () => prepareTree(at.needs, { ...given, tree }, building))
  }
  assert.equal(lines, [])
})

test('prepareTree() refuses what could lead out of the folder, or what is not whole', async () => {
  await using at = store()
  const [file] = await at.files({ 'app.js': '1' })
  if (!file) throw new Error('there is a file')
  const cases: [tree: PushedTree['tree'], message: RegExp][] = [
    [[{ path: 'a', link: '../../x' }], /the link "a" leads out of it/],
    [[file, file], /"app\.js" is in it twice/],
    [
      [
        { path: 'd', link: 'e' },
        { ...file, path: 'd/app.js' },
      ],
      /"d\/app\.js" lies below a link/,
    ],
    [[{ ...file, hash: hashOf('other') }], /1 of its files are not here/],
    [[file, { ...file, path: 'app.js/x' }], /"app\.js\/x" lies below a file/],
  ]
  for (const [tree, message] of cases)
    assert.match((await failsWith('bad_image', () => prepare(at, { tree }))).message, message)
})

test('prepareTree() refuses a folder beyond the limits, by the name of the limit', async () => {
  await using at = store({ maxTreeBytes: 3, maxTreeFiles: 2 })
  const large = await failsWith(
    'too_large',
    async () => await prepare(at, { tree: await at.files({ a: '12', b: '34' }) }),
  )
  assert.match(large.hint ?? '', 'maxTreeBytes')
  const many = await failsWith(
    'too_large',
    async () => await prepare(at, { tree: await at.files({ a: '1', b: '2', c: '' }) }),
  )
  assert.match(many.hint ?? '', 'maxTreeFiles')
})

test('prepareTree() links what may be written into the storage of the pod, whose image it is alone', async () => {
  await using at = store()
  const tree = await at.files({
    'app.js': '1',
    'data/seed.txt': 'seed',
    'pod.json': '{"writable":["data/","./new/x"]}',
  })
  const first = await prepare(at, { tree })
  await saveImage(at.needs.paths, first.image, first.content)
  const folder = at.needs.paths.image(first.image.hash)
  assert.is(
    resolve(join(folder, 'tree'), readlinkSync(join(folder, 'tree/data'))),
    join(at.needs.paths.pod('web').storage, 'data'),
  )
  assert.is(readlinkSync(join(folder, 'tree/new/x')), '../../../../pods/web/storage/new/x')
  assert.is(readFileSync(join(folder, 'seeds/data/seed.txt'), 'utf8'), 'seed')
  const given = await prepare(at, { tree, writable: ['logs'] })
  assert.equal([given.image.config.writable, given.image.hash === first.image.hash], [['logs'], false])
  if ('discard' in given.content) await given.content.discard()
  const { image, content } = await prepare(at, { tree, name: 'other' })
  assert.is.not(image.hash, first.image.hash)
  if ('discard' in content) await content.discard()
})

test.run()
