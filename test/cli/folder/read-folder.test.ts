// What is read of a folder for a push. Not here: what is left out of it (walk.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Amount, hashOf, readFolder } from '../../../cli/folder/read-folder.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('readFolder() names each file by its bytes, and tells before it reads how much there is', async () => {
  using at = scratch()
  at.file('app.js', 'code')
  at.file('big.txt', 'x'.repeat(100))
  const told: Amount[] = []
  const { root, tree, place } = await readFolder(at.dir, { asIs: false }, async amount => void told.push(amount))
  assert.equal(tree[0], { path: 'app.js', hash: hashOf(Buffer.from('code')), size: 4 })
  assert.equal([root, place], [at.dir, {}])
  assert.equal(told, [{ files: 2, bytes: 104, largest: { path: 'big.txt', size: 100 } }])
  const refusal = new Error('too much')
  await readFolder(at.dir, { asIs: false }, () => Promise.reject(refusal)).then(
    () => assert.unreachable(),
    error => assert.is(error, refusal),
  )
})

test('readFolder() takes the files of one program alone, and tells of a .env beside it', async () => {
  using at = scratch()
  at.file('app.js', '')
  at.file('other.js', '')
  at.file('.env', '')
  const { tree, secrets } = await readFolder(at.dir, { asIs: false, only: ['app.js'] })
  assert.equal([tree.map(({ path }) => path), secrets], [['app.js'], ['.env']])
  const error = await failsWith('bad_image', () => readFolder(at.dir, { asIs: false, only: ['gone.js'] }))
  assert.match(error.message, '"gone.js" cannot be read (ENOENT)')
})

test('readFolder() takes of a workspace what lies at its top, what is needed, and the manifests of the rest', async () => {
  using at = scratch()
  for (const [path, text] of Object.entries({
    'package.json': '{ "workspaces": ["packages/*"] }',
    'package-lock.json': '{}',
    'tsconfig.json': '{}',
    'docs/a.md': '',
    'patches/x.patch': '',
    'packages/web/package.json': '{ "name": "web", "dependencies": { "lib": "*" } }',
    'packages/web/src/app.js': '',
    'packages/web/pod.json': '{ "envFile": ".env" }',
    'packages/web/.env': '',
    'packages/lib/package.json': '{ "name": "lib" }',
    'packages/lib/index.js': '',
    'packages/other/package.json': '{ "name": "other" }',
    'packages/other/index.js': '',
    'node_modules/lib/index.js': '',
  }))
    at.file(path, text)
  const read = async (asIs: boolean) => await readFolder(at.path('packages/web'), { asIs })
  const { root, tree, place } = await read(false)
  assert.equal([root, place], [at.dir, { within: 'packages/web', workspaces: ['packages/lib', 'packages/web'] }])
  assert.equal(tree.map(({ path }) => path).sort(), [
    'package-lock.json',
    'package.json',
    'packages/lib/index.js',
    'packages/lib/package.json',
    'packages/other/package.json',
    'packages/web/.env',
    'packages/web/package.json',
    'packages/web/pod.json',
    'packages/web/src/app.js',
    'patches/x.patch',
    'tsconfig.json',
  ])
  const whole = await read(true)
  assert.ok(whole.tree.some(({ path }) => path === 'node_modules/lib/index.js'))
})

test.run()
