// What esbuild itself does with every syntax is its own to test; here: what goes in, what comes out, what is refused.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundle } from '../../../cli/bundle/bundle.ts'
import { failsWith } from '../../fails.ts'
import { needs } from '../../needs.ts'
import { type Scratch, scratch } from '../../scratch.ts'

type Loaded = { default: (...args: unknown[]) => unknown } & Record<string, unknown>

/** Bundles `file`, writes the outcome where nothing else is, and imports it. */
async function load(file: string, at: Scratch): Promise<Loaded> {
  const { code } = await bundle(file)
  return (await import(pathToFileURL(at.file('elsewhere/out.mjs', code)).href)) as Loaded
}

function withSource(text: string, name = 'app.ts'): Scratch & { source: string } {
  const at = scratch()
  return { ...at, source: at.file(name, text) }
}

test('bundle() makes one module of TypeScript, JSON, text and packages', async () => {
  using at = withSource(`
    import data from './data.json'
    import words from './words.txt'
    import { double } from 'pack'
    import { sep } from 'node:path'
    import type { Pod } from 'p8a'
    export const config = { scale: 2 } as const
    export const add = (a: number, b: number): number => a + b
    const pod: Pod = async () => {}
    export default Object.assign(pod, { seen: [data.n, words, double(2), typeof sep] })`)
  at.file('data.json', '{"n":1}')
  at.file('words.txt', 'hi')
  at.file('node_modules/pack/package.json', '{"name":"pack","main":"main.js"}')
  at.file('node_modules/pack/main.js', 'exports.double = n => n * 2')
  const loaded = await load(at.source, at)
  assert.equal((loaded.default as unknown as { seen: unknown }).seen, [1, 'hi', 4, 'string'])
  assert.equal(loaded.config, { scale: 2 })
  assert.is((loaded.add as (a: number, b: number) => number)(1, 2), 3)
})

test('bundle() reads JSX with the automatic runtime', async () => {
  using at = withSource(`/** @jsxImportSource mini */\nexport default () => <b>{1}</b>`, 'app.tsx')
  at.file('node_modules/mini/package.json', '{"name":"mini","exports":{"./jsx-runtime":"./jsx.js"}}')
  at.file('node_modules/mini/jsx.js', 'exports.jsx = (tag, props) => [tag, props.children]')
  assert.equal((await load(at.source, at)).default(), ['b', 1])
})

test('bundle() gives module.exports of a CommonJS file as the default export', async () => {
  const text = `const os = require('os')
    module.exports = async () => [typeof os.platform, typeof require.resolve, __filename.endsWith('out.mjs'), __dirname.length > 0]
    module.exports.fn = () => 1`
  using at = withSource(text, 'app.cjs')
  const loaded = await load(at.source, at)
  assert.equal(await loaded.default(), ['function', 'function', true, true])
  assert.is((loaded.default as unknown as { fn: () => number }).fn(), 1)
})

test('bundle() keeps the names that an ES module gives itself beside CommonJS packages', async () => {
  using at = withSource(
    `import { createRequire } from 'node:module'
     import dep from './dep.cjs'
     const require = createRequire(import.meta.url)
     const __filename = 'mine', __dirname = 'mine too'
     export default () => [__filename, __dirname, typeof require('fs').stat, dep]`,
    'app.mjs',
  )
  at.file('dep.cjs', `const fs = require('fs'); module.exports = typeof fs.stat + typeof __filename + typeof __dirname`)
  assert.equal((await load(at.source, at)).default(), ['mine', 'mine too', 'function', 'functionstringstring'])
})

test('bundle() adds nothing to a module that asks for none of the CommonJS names', async () => {
  using at = withSource('export default () => {}')
  assert.not.match((await bundle(at.source)).code, 'import')
})

test('bundle() maps to paths relative to the file, without sources', async () => {
  using at = withSource(`import './lib/dep.cjs'\nexport default () => {}`, 'src/app.ts')
  at.file('src/lib/dep.cjs', `'use strict'; require('fs')`)
  const { map, file } = await bundle(at.source)
  const { sources, sourcesContent, mappings } = JSON.parse(map)
  assert.equal(sources, ['lib/dep.cjs', 'app.ts'])
  assert.is(sourcesContent, undefined)
  // The first line is the one that declares `require`, and stands in no source.
  assert.match(mappings, /^;/)
  assert.is(file, 'app.ts')
})

test('bundle() makes the same of the same sources wherever they lie', async () => {
  using one = withSource(`import { x } from './x.ts'\nexport default () => x`)
  using two = withSource(`import { x } from './x.ts'\nexport default () => x`)
  for (const at of [one, two]) at.file('x.ts', 'export const x = 1')
  assert.equal(await bundle(one.source), await bundle(two.source))
})

test('bundle() gives what is imported of a builtin, in every way to import it', async () => {
  using at = withSource(`
    import os, { platform, type CpuInfo, EOL as end } from 'os'
    import * as path from 'node:path'
    import type { Server } from 'node:net'
    import { EventEmitter, once } from 'node:events'
    import * as only from 'node:sqlite'
    import proc, { argv } from 'node:process'
    import 'node:dns'
    import { join } from './again.ts'
    export { sep, default as whole } from 'path'
    export * as url from 'node:url'
    const process = 'mine'
    class Bus extends EventEmitter {}
    export default async () => [
      os.platform === platform, end, path.join === join, path.default.join === join, Object.keys(path).includes('join'),
      typeof once, new Bus() instanceof EventEmitter, typeof only.DatabaseSync, proc === globalThis.process,
      argv === proc.argv, process, (await import('node:zlib')).gzipSync === (await import('zlib')).default.gzipSync]`)
  at.file('again.ts', `export { join } from 'path'\nimport x = require('node:path')\nexport { x }`)
  const { code } = await bundle(at.source)
  assert.not.match(code, /^import .*"(?!node:module)/m)
  const { default: main, sep, whole, url } = await load(at.source, at)
  const all = [true, '\n', true, true, true, 'function', true, 'function', true, true, 'mine', true]
  assert.equal(await main(), all)
  assert.equal([sep, (whole as { sep: string }).sep, typeof (url as { URL: unknown }).URL], ['/', '/', 'function'])
})

test('bundle() touches no lazy property of a builtin, and sees what is replaced in one', async () => {
  using at = withSource(`
    import http, { createServer } from 'node:http'
    import { hostname } from 'node:os'
    export const name = () => hostname()
    export default () => [createServer === http.createServer, globalThis.process.moduleLoadList.some(name => /undici/.test(name))]`)
  const { code } = await bundle(at.source)
  const file = at.file('elsewhere/out.mjs', code)
  const script = `
    const { default: main, name } = await import(${JSON.stringify(pathToFileURL(file).href)})
    process.getBuiltinModule('os').hostname = () => 'replaced'
    console.log(JSON.stringify([...main(), name()]))`
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(JSON.parse(out), [true, false, 'replaced'])
})

test('bundle() of a module that exports all of a builtin has all of it', async () => {
  using at = withSource(`import { sep } from 'path'\nexport * from 'node:os'\nexport default () => sep`)
  const loaded = await load(at.source, at)
  assert.equal([typeof loaded.hostname, typeof loaded.cpus, loaded.default()], ['function', 'function', '/'])
})

test('bundle() maps to the right line beside builtins', async () => {
  using at = withSource(`import { join } from 'node:path'\nexport default () => {\n  throw new Error(join('a'))\n}`)
  const { code, map } = await bundle(at.source)
  const file = at.file('out.mjs', `${code}\n//# sourceMappingURL=out.mjs.map`)
  at.file('out.mjs.map', map)
  const script = `(await import(${JSON.stringify(pathToFileURL(file).href)})).default()`
  const { stderr } = spawnSync(process.execPath, ['--enable-source-maps', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  assert.match(stderr, 'app.ts:3:9')
})

test('bundle() refuses a name that a builtin lacks, with its place, and leaves one of a namespace to the host', async () => {
  using at = withSource(`import { join } from 'node:path'\nimport { nope } from 'fs'\nexport default () => nope(join)`)
  const error = await failsWith('bad_image', () => bundle(at.source))
  assert.match(error.message, /: "node:fs" has no export "nope" at app.ts:2:10: import \{ nope \} from 'fs'$/)
  assert.equal([error.facts.file, error.facts.line], ['app.ts', 2])
  using other = withSource(`import * as fs from 'fs'\nexport default () => fs.nope`)
  assert.is((await load(other.source, other)).default(), undefined)
})

test('bundle() refuses a syntax error with its place and line', async () => {
  using at = withSource('const a = 1\nconst y = = 2\n')
  const error = await failsWith('bad_image', () => bundle(at.source))
  assert.match(error.message, 'at app.ts:2:11: const y = = 2')
  assert.equal(
    [error.facts.file, error.facts.line, error.facts.column, error.facts.source],
    ['app.ts', 2, 11, 'const y = = 2'],
  )
})

test('bundle() refuses an import that is not there, and says what to install', async () => {
  using at = withSource(`import x from '@scope/pack/sub'\nexport default x`)
  const error = await failsWith('bundle_failed', () => bundle(at.source))
  assert.match(error.message, 'cannot find "@scope/pack/sub" at app.ts:1:15')
  assert.is(error.hint, 'npm install @scope/pack')
  using other = withSource(`import x from './none.ts'\nexport default x`)
  assert.match((await failsWith('bundle_failed', () => bundle(other.source))).hint ?? '', 'Check that path')
})

test('bundle() refuses a program that exports nothing, and says how it becomes a pod', async () => {
  for (const program of ["require('node:http').createServer().listen(0)", "import 'node:fs'\nconsole.log(1)"]) {
    using at = withSource(program)
    const error = await failsWith('bundle_failed', () => bundle(at.source))
    assert.match(error.message, 'it has no default export')
    assert.match(error.hint ?? '', "await import('./app.ts')")
    const wrapped = at.file('wrap.ts', "export default async () => { await import('./app.ts') }")
    assert.ok((await bundle(wrapped)).code)
  }
})

test('bundle() refuses what is missing, a directory, empty, or of another kind', async () => {
  using at = withSource(' \n')
  await failsWith('file_not_found', () => bundle(join(at.dir, 'none.ts')))
  assert.match((await failsWith('bundle_failed', () => bundle(at.dir))).message, 'it is a directory')
  assert.match((await failsWith('bundle_failed', () => bundle(at.source))).message, 'it is empty')
  const script = at.file('x.sh', '#!/bin/sh')
  assert.match((await failsWith('bundle_failed', () => bundle(script))).message, '".sh"')
})

needs(test, 'another user than root')('bundle() says why it cannot read a file', async () => {
  using at = withSource('export default 1')
  await chmod(at.source, 0)
  assert.match((await failsWith('bundle_failed', () => bundle(at.source))).message, 'EACCES')
})

test.run()
