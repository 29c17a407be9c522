// What decides how a folder is installed, and when two installations are the same.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readSources } from '../../../daemon/build/sources.ts'
import { scratch } from '../../scratch.ts'

const manifest = { dependencies: { a: '^1.0.0' }, scripts: { build: 'tsc' } }

async function keyOf(files: Record<string, string>): Promise<string | undefined> {
  using at = scratch()
  for (const [name, text] of Object.entries(files)) at.file(name, text)
  return (await readSources(at.dir)).installKey
}

const base = { 'package.json': JSON.stringify(manifest), 'package-lock.json': '{"v":1}' }

test('readSources() finds scripts, dependencies and the kind of yarn', async () => {
  using at = scratch()
  at.file('package.json', JSON.stringify(manifest))
  at.file('yarn.lock', '__metadata:\n  version: 8\n')
  const { names, hasDependencies, buildScript, isModernYarn } = await readSources(at.dir)
  assert.equal(
    [[...names].sort(), hasDependencies, buildScript, isModernYarn],
    [['package.json', 'yarn.lock'], true, 'tsc', true],
  )
})

test('readSources() gives the same installation the same key, whatever else is in the folder', async () => {
  const key = await keyOf(base)
  assert.match(key ?? '', /^[0-9a-f]{64}$/)
  assert.is(await keyOf({ ...base, 'app.js': '1' }), key)
  assert.is(
    await keyOf({ ...base, 'package.json': JSON.stringify({ ...manifest, name: 'x', scripts: { build: 'y' } }) }),
    key,
  )
})

test('readSources() gives another key where another thing would be installed', async () => {
  const others = [
    { ...base, 'package-lock.json': '{"v":2}' },
    { ...base, 'package.json': JSON.stringify({ ...manifest, dependencies: { a: '^2.0.0' } }) },
    { ...base, '.npmrc': 'omit=optional' },
    { ...base, '.yarnrc.yml': 'enableScripts: true' },
    ...['allowScripts', 'dependenciesMeta', 'trustedDependencies', 'pnpm', 'resolutions'].map(key => ({
      ...base,
      'package.json': JSON.stringify({ ...manifest, [key]: { a: true } }),
    })),
  ]
  const keys = await Promise.all([base, ...others].map(keyOf))
  assert.is(new Set(keys).size, keys.length)
})

test('readSources() has no key where an installation may depend on the folder, or change it', async () => {
  const given = (more: object) => ({ ...base, 'package.json': JSON.stringify({ ...manifest, ...more }) })
  const alone = [
    given({ workspaces: ['packages/*'] }),
    given({ dependencies: { a: 'file:../a' } }),
    given({ scripts: { postinstall: 'prisma generate' } }),
    { 'package.json': base['package.json'] },
    { ...base, 'patches/a.patch': '' },
  ]
  for (const files of alone) assert.is(await keyOf(files), undefined, JSON.stringify(files))
})

test.run()
