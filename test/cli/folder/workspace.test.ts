// Packages of workspaces, and what they need of these.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { workspaceOf } from '../../../cli/folder/workspace.ts'
import { type Scratch, scratch } from '../../scratch.ts'

function mono(top: Record<string, string>): Scratch {
  const at = scratch()
  const files: Record<string, object> = {
    'packages/web': { name: 'web', dependencies: { lib: '*', express: '^4' }, devDependencies: { tools: '*' } },
    'packages/lib': { name: 'lib', dependencies: { base: 'workspace:*' } },
    'packages/base': { name: 'base', dependencies: { lib: '*' } },
    'packages/tools': { name: 'tools' },
    'packages/other': { name: 'other', dependencies: { web: '*' } },
    'packages/node_modules/x': { name: 'x' },
    'elsewhere/web': { name: 'web' },
  }
  for (const [path, manifest] of Object.entries(files)) at.file(`${path}/package.json`, JSON.stringify(manifest))
  for (const [path, text] of Object.entries(top)) at.file(path, text)
  return at
}

const tops: Record<string, string>[] = [
  { 'package.json': '{ "workspaces": ["packages/*"] }' },
  { 'package.json': '{ "workspaces": { "packages": ["packages/*"] } }' },
  { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - "packages/*"\n' },
]

test('workspaceOf() finds the workspace of a package, and what the package needs of it, in the order of the needs', async () => {
  for (const top of tops) {
    using at = mono(top)
    const found = await workspaceOf(at.path('packages/web'))
    assert.equal([found?.root, found?.within], [at.dir, 'packages/web'])
    assert.equal(found?.needed, ['packages/base', 'packages/lib', 'packages/tools', 'packages/web'])
    assert.equal(
      found?.all.toSorted(),
      ['base', 'lib', 'other', 'tools', 'web'].map(name => `packages/${name}`),
    )
  }
})

test('workspaceOf() finds none for what stands for itself', async () => {
  using at = mono({ 'package.json': '{ "workspaces": ["packages/*"] }', 'packages/other/yarn.lock': '' })
  at.file('packages/plain/index.js', '')
  for (const path of ['', 'elsewhere/web', 'packages/other', 'packages/plain'])
    assert.is(await workspaceOf(at.path(path)), undefined, path)
  using broken = mono({ 'package.json': 'no JSON', 'pnpm-workspace.yaml': '{' })
  assert.is(await workspaceOf(broken.path('packages/web')), undefined)
})

test.run()
