// What is said of a bundle that could be made.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type BundleWarning, bundle, filesOf } from '../../../cli/bundle/bundle.ts'
import { scratch } from '../../scratch.ts'

/** The warnings of the bundle of `app.mjs`, or of another entry. */
async function warningsOf(texts: Record<string, string>, entry = 'app.mjs'): Promise<BundleWarning[]> {
  using at = scratch()
  for (const [name, text] of Object.entries(texts)) at.file(name, text)
  return (await bundle(`${at.dir}/${entry}`)).warnings
}

const places = (warnings: readonly BundleWarning[]) =>
  warnings.map(({ file, line, column }) => `${file}:${line}:${column}`)

test('bundle() warns of nothing in a plain pod', async () => {
  assert.equal(await warningsOf({ 'app.mjs': 'export default async () => { console.log(import.meta.url) }' }), [])
})

test('bundle() hands on what esbuild warns of in own files, and not in packages', async () => {
  const odd = 'export const odd = x => typeof x === "nul"'
  const warnings = await warningsOf({
    'app.mjs': `import { odd } from 'pack'\nexport default x => [odd(x), typeof x === 'nul']`,
    'node_modules/pack/package.json': '{"name":"pack","type":"module","main":"i.js"}',
    'node_modules/pack/i.js': odd,
  })
  assert.equal(places(warnings), ['app.mjs:2:43'])
  assert.match(warnings[0]?.text ?? '', 'will never evaluate to "nul"')
})

test('bundle() hands on what esbuild warns of in files that run as CommonJS, sloppy or strict', async () => {
  const odd = 'exports.odd = x => typeof x === "nul"'
  const warnings = await warningsOf({
    'app.mjs': `import './sloppy.cjs'\nimport './strict.cjs'\nimport 'pack'\nexport default () => {}`,
    'sloppy.cjs': `#!/usr/bin/env node\nwith (exports) {}\n${odd}`,
    'strict.cjs': `'use strict'\n${odd}`,
    'node_modules/pack/package.json': '{"name":"pack","main":"i.js"}',
    'node_modules/pack/i.js': odd,
  })
  assert.equal(places(warnings), ['sloppy.cjs:3:33', 'strict.cjs:2:33'])
})

for (const [what, code, text] of [
  ['a worker', `new Worker(new URL('./job.js', import.meta.url))`, 'the file "job.js" of this worker'],
  ['a worker by a plain path', `new Worker('./job.js')`, 'the file "./job.js" of this worker'],
  ['a file by import.meta.dirname', `readFileSync(import.meta.dirname + '/page.html')`, '"page.html" is looked for'],
  ['a file by import.meta.url', `readFileSync(new URL('./page.html', import.meta.url))`, '"./page.html" is looked for'],
  [
    'a file by the path of its own URL',
    `readFileSync(join(dirname(new URL(import.meta.url).pathname), 'page.html'))`,
    '"page.html" is looked for',
  ],
  ['its folder', 'serve(import.meta.dirname)', 'the folder of the program'],
  ['a module whose name is known late', 'await import(process.argv[9])', 'import(process.argv[9])'],
] as const) {
  test(`bundle() warns where the code looks for what is not in the bundle: ${what}`, async () => {
    const warnings = await warningsOf({
      'app.mjs':
        `import { Worker } from 'node:worker_threads'\nimport { readFileSync } from 'node:fs'; import { dirname, join } from 'node:path'\nconst serve = root => [root, Worker, readFileSync, dirname, join]\nexport default async () => serve(${code})`.replace(
          'serve(serve',
          '(serve',
        ),
    })
    assert.is(warnings.length, 1, JSON.stringify(warnings))
    assert.match(warnings[0]?.text ?? '', text)
    assert.match(places(warnings)[0] ?? '', /^app\.mjs:4:\d+$/)
    assert.match(warnings[0]?.hint ?? '', 'or push the folder of the program: pod push')
  })
}

test('bundle() warns of no worker that is given as code, nor of one whose path cannot be seen', async () => {
  const workers = [
    'new Worker(`for (let i = 0; i < ${n}; i++) console.log(i)`, { eval: true })',
    `new Worker('import("./job.js")', { workerData: n, eval: true })`,
    'new Worker(`${n}/job.js`)',
  ]
  assert.equal(
    await warningsOf({
      'app.mjs': `import { Worker } from 'node:worker_threads'\nexport default async n => [${workers.join(', ')}]`,
    }),
    [],
  )
})

test('bundle() warns of a require by a name that is known late, at its place in a sloppy file', async () => {
  const warnings = await warningsOf(
    { 'app.cjs': `const engine = process.env.ENGINE\nmodule.exports = () => require(engine).render()` },
    'app.cjs',
  )
  assert.equal(places(warnings), ['app.cjs:2:24'])
  assert.match(warnings[0]?.text ?? '', 'require(engine)')
})

test('bundle() warns once for a package that requires what is not installed, unless the package says it is optional', async () => {
  const lib = `exports.a = () => require('none-a')\nexports.b = () => require('none-b/part')`
  const app = { 'app.mjs': `import lib from 'lib'\nexport default () => lib` }
  const warnings = await warningsOf({ ...app, 'node_modules/lib/index.js': lib })
  assert.is(warnings.length, 1)
  assert.match(warnings[0]?.text ?? '', 'the package "lib" requires "none-a", "none-b/part"')
  assert.is(warnings[0]?.hint, 'If they are needed: npm install none-a none-b')
  const manifest =
    '{"name":"lib","peerDependenciesMeta":{"none-a":{"optional":true}},"optionalDependencies":{"none-b":"1"}}'
  assert.equal(
    await warningsOf({ ...app, 'node_modules/lib/index.js': lib, 'node_modules/lib/package.json': manifest }),
    [],
  )
})

test('bundle() names the package whose code it was, though the package has a source map of its own', async () => {
  const map = JSON.stringify({ version: 3, sources: ['../src/i.ts'], names: [], mappings: 'AAAA' })
  const warnings = await warningsOf({
    'app.mjs': `import lib from 'lib'\nexport default () => lib`,
    'node_modules/lib/index.js': `'use strict'; exports.a = name => new (require('worker_threads').Worker)(__dirname + '/w.js')\n//# sourceMappingURL=data:application/json,${encodeURIComponent(map)}`,
  })
  assert.match(warnings[0]?.text ?? '', 'the package "lib" looks for a worker of its own (w.js)')
})

test('filesOf() warns of what a program looks for beside it, and not of what it loads too', async () => {
  using at = scratch()
  at.file('page.html', '<p>')
  at.file('data.json', '{}')
  const app = at.file(
    'app.js',
    `const path = require('node:path')
const { Worker } = require('node:worker_threads')
require('node:fs').readFileSync(path.join(__dirname, 'page.html'))
require('node:fs').readFileSync(path.join(__dirname, 'data.json'))
require('./data.json')
new Worker(path.join(__dirname, 'job.js'))
require(process.env.ENGINE).render()
setInterval(() => {}, 1e6)`,
  )
  const { files, warnings } = await filesOf(app)
  assert.equal(files.sort(), ['app.js', 'data.json'])
  assert.equal(
    warnings.map(({ line, text }) => [line, /"[^"]+"|require\(.*?\)/.exec(text)?.[0]]),
    [
      [3, '"page.html"'],
      [6, '"job.js"'],
      [7, 'require(process.env.ENGINE)'],
    ],
  )
  for (const { hint } of warnings) assert.match(hint ?? '', 'pod push REMOTE NAME FOLDER --entry FILE')
})

test.run()
