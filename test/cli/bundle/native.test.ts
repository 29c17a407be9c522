import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundle } from '../../../cli/bundle/bundle.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

/** Lays out a package that is called `name` and has these files. */
async function install(at: Scratch, name: string, files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries({ 'package.json': `{"name":"${name}"}`, ...files })) {
    at.file(`node_modules/${name}/${file}`, text)
  }
}

test('bundle() refuses a package that is built by node-gyp, by name', async () => {
  using at = scratch()
  await install(at, 'addon', { 'index.js': 'module.exports = 1', 'binding.gyp': '{}' })
  const error = await failsWith('bundle_failed', async () => bundle(at.file('app.js', `import 'addon'`)))
  assert.match(error.message, 'the package "addon" is a native addon')
  assert.is(error.facts.package, 'addon')
  assert.equal(error.steps[0]?.do, { verb: 'push', args: ['NAME', '.'] }, 'a folder takes its packages along')
})

test('bundle() refuses a package whose compiled part is in packages for each platform', async () => {
  using at = scratch()
  const manifest = '{"optionalDependencies":{"@img/fast-linux-x64":"1"}}'
  await install(at, '@img/fast', { 'index.js': 'module.exports = 1', 'package.json': manifest })
  const error = await failsWith('bundle_failed', async () => bundle(at.file('app.js', `import '@img/fast'`)))
  assert.match(error.message, 'the package "@img/fast" is a native addon')
})

test('bundle() refuses an import of a .node file, and a package whose main file is one', async () => {
  using at = scratch()
  const own = await failsWith('bundle_failed', async () => bundle(at.file('own.js', `import './x.node'`)))
  assert.match(own.message, 'it loads "./x.node", a native addon')
  await install(at, 'raw', { 'raw.node': 'x', 'package.json': '{"name":"raw","main":"raw.node"}' })
  const raw = await failsWith('bundle_failed', async () => bundle(at.file('raw.js', `import 'raw'`)))
  assert.is(raw.facts.package, 'raw')
})

test('bundle() takes a package that can do without its addon', async () => {
  using at = scratch()
  await install(at, 'addon', { 'index.js': `module.exports = require('./build/x.node')`, 'binding.gyp': '{}' })
  await install(at, 'able', {
    'index.js': `try { module.exports = require('addon') } catch { module.exports = 'without' }`,
    'package.json': '{"peerDependenciesMeta":{"addon":{"optional":true}}}',
  })
  const { code } = await bundle(at.file('app.js', `import able from 'able'\nexport default () => able`))
  const loaded = (await import(at.file('out.mjs', code))) as { default: () => string }
  assert.is(loaded.default(), 'without')
})

test.run()
