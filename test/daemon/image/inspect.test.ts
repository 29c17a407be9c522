// What is known of code without running it: formats, exports, config, places. Not here: what loads (shim/load.test.ts),
// what is bundled (cli/bundle.test.ts), and the values a config may have (protocol/config.test.ts).
import { build } from 'esbuild'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundle } from '../../../cli/bundle/bundle.ts'
import { inspectImage } from '../../../daemon/image/inspect.ts'
import { placeIn } from '../../../daemon/image/place.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { scratch } from '../../scratch.ts'

const inspect = (code: string) => inspectImage(code, { file: 'app.js' })

function refused(code: string, source: { file: string; map?: string } = { file: 'app.js' }): P8aError {
  try {
    inspectImage(code, source)
  } catch (error) {
    assert.instance(error, P8aError)
    return error as P8aError
  }
  return assert.unreachable(code) as never
}

const main = 'export default async () => {}'

for (const [title, code, exports] of [
  [
    'declared functions, constants, classes and variables',
    `${main}\nexport function a() {}\nexport async function* b() {}\nexport const c = 1, d = () => {}\nexport class E {}\nexport let f`,
    ['E', 'a', 'b', 'c', 'd', 'f'],
  ],
  ['a list, with other names', `const x = () => {}, y = 1\nexport { x as default, y as a, x as "b c" }`, ['a', 'b c']],
  ['exports of another module', `${main}\nexport { sep, join as glue } from 'node:path'`, ['glue', 'sep']],
  ['a default that is a function with a name', 'export default function main() {}', []],
  [
    'destructured constants',
    `${main}\nexport const { a, b: c, ...rest } = {}\nexport const [d] = []`,
    ['a', 'c', 'd', 'rest'],
  ],
] as const) {
  test(`inspectImage() finds the exports of an ES module: ${title}`, () => {
    const { format, exports: found } = inspect(code)
    assert.is(format, 'esm')
    assert.equal(found, [...exports])
  })
}

for (const [title, code, exports] of [
  [
    'module.exports and its members',
    'module.exports = () => {}\nmodule.exports.a = () => {}\nmodule.exports.b = 1',
    ['a', 'b'],
  ],
  ['exports', 'exports.default = () => {}\nexports.a = 1', ['a']],
  ['exports that are module.exports too', 'exports = module.exports = () => {}\nexports.a = () => {}', ['a']],
  ['an object', 'module.exports = { default() {}, a: 1, b() {}, "c": 2 }', ['a', 'b', 'c']],
  ['members named by a text', `module.exports = () => {}\nmodule.exports['a'] = 1\nexports["b"] = 2`, ['a', 'b']],
  [
    'what tsc writes',
    '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.a = void 0;\nexports.a = 1;\nexports.default = () => {};',
    ['a'],
  ],
  ['code that only a script may have', 'with ({}) {}\nvar x = 010\nmodule.exports = () => x', []],
  ['a return at its top', 'module.exports = () => {}\nif (1) return', []],
] as const) {
  test(`inspectImage() finds the exports of CommonJS: ${title}`, () => {
    const { format, exports: found } = inspect(code)
    assert.is(format, 'cjs')
    assert.equal(found, [...exports])
  })
}

test('inspectImage() takes an import alone, a "#!" line, and an await at the top', () => {
  assert.is(inspect(`#!/usr/bin/env node\nimport 'node:fs'\nawait null\n${main}`).format, 'esm')
})

/** A config as it may be written, and what it is. */
const literals: [text: string, value: unknown][] = [
  ['{}', {}],
  [`{ scale: 2, restart: 'never', cwd: "a" }`, { scale: 2, restart: 'never', cwd: 'a' }],
  ['{ "scale": 2 }', { scale: 2 }],
  ['{ scale: +2, stopTimeout: `5s` }', { scale: 2, stopTimeout: 5000 }],
  ['{ scale: 0x10, retries: 1e2 }', { scale: 16, retries: 100 }],
  [
    `{ env: { A: 'x', 'B': \`y\` }, nodeFlags: ['--a', '--b'] }`,
    { env: { A: 'x', B: 'y' }, nodeFlags: ['--a', '--b'] },
  ],
  ['{ check: { interval: 1000, timeout: "2s" } }', { check: { interval: 1000, timeout: 2000 } }],
  ['{ scale: 1, /* a comment */ scale: 3 }', { scale: 3 }],
  ['({ scale: 2 })', { scale: 2 }],
]

for (const [text, value] of literals) {
  test(`inspectImage() reads the config ${text} in every place it may stand`, () => {
    for (const code of [
      `${main}\nexport const config = ${text}`,
      `${main}\nexport let config = ${text}`,
      `${main}\nconst settings = ${text}\nexport { settings as config }`,
      `var config = ${text}\nexport { config }\n${main}`,
      `module.exports = () => {}\nmodule.exports.config = ${text}`,
      `exports.default = () => {}\nexports.config = ${text}`,
      `module.exports = { default() {}, config: ${text} }`,
      `module.exports = { default() {}, 'config': ${text} }`,
      `module.exports = () => {}\nmodule.exports['config'] = ${text}`,
    ]) {
      assert.equal(inspect(code).config, value, code)
    }
  })
}

test('inspectImage() reads no config where there is none', () => {
  assert.equal(inspect(main).config, {})
  assert.equal(inspect(`${main}\nconst config = { scale: 2 }`).config, {}, 'it is not exported')
  assert.equal(inspect(`${main}\nexport const other = { config: 5 }`).config, {})
})

for (const text of [
  'scale',
  '{ scale }',
  '{ scale: n }',
  '{ scale: 1 + 1 }',
  '{ ...x }',
  '{ [k]: 1 }',
  '{ scale: f() }',
  '{ cwd: `${a}` }',
  '{ get scale() { return 1 } }',
  '{ scale() {} }',
  '{ env: { A: a } }',
  '{ nodeFlags: [...x] }',
  '{ nodeFlags: [, 1] }',
  'f()',
  'new Config()',
  '() => {}',
  '{ scale: 1n }',
  '{ cwd: /x/ }',
  '{ scale: -x }',
  'null',
  '{ cwd: undefined }',
  'Object.freeze({})',
  'await x',
  '{ scale: a ? 1 : 2 }',
]) {
  test(`inspectImage() refuses the config ${text}, which it cannot read without running it`, () => {
    for (const code of [
      `${main}\nexport const config = ${text}`,
      `const x = ${text}\nexport { x as config }\n${main}`,
    ]) {
      const error = refused(code)
      assert.is(error.code, 'bad_config', code)
      assert.ok(error.hint)
    }
  })
}

test('inspectImage() refuses a config that is exported and not set where it is declared', () => {
  for (const code of [
    `${main}\nexport let config\nconfig = {}`,
    `${main}\nexport function config() {}`,
    `export { config } from 'node:fs'\n${main}`,
    `import { config } from 'node:fs'\nexport { config }\n${main}`,
    `${main}\nexport const { config } = {}`,
    `module.exports = () => {}\nObject.defineProperty(module.exports, 'config', { get: readConfig })`,
  ]) {
    assert.is(refused(code).code, 'bad_config', code)
  }
})

test('inspectImage() reads a config no further than JSON: __proto__ is a key like any other', () => {
  const error = refused(`${main}\nexport const config = { "__proto__": { scale: 2 } }`)
  assert.match(error.message, '__proto__')
})

test('inspectImage() takes a module that exports fetch alone', () => {
  const { exports, config } = inspectImage('export const config = { listen: 80 }; export function fetch() {}', {
    file: 'a.js',
  })
  assert.equal([exports, config], [['fetch'], { listen: { main: '80' } }])
})

test('inspectImage() refuses what has no default export, is empty, or does not parse', () => {
  for (const code of ['export const a = 1', 'console.log(1)', 'exports.a = 1', `import 'node:fs'`]) {
    const error = refused(code)
    assert.is(error.code, 'bad_image', code)
    assert.match(error.hint ?? '', 'export default')
  }
  for (const code of ['', ' \n\t']) assert.is(refused(code).code, 'bad_image')
})

for (const [code, line, column] of [
  ['export default () => {\n  const a = = 1\n}', 2, 13],
  ['export default () => {', 1, 23],
  ['export default () => { return 08n }', 1, 31],
  ['const a = 1\nconst a = 2\nexport default () => {}', 2, 7],
] as const) {
  test(`inspectImage() names the place of a syntax error: ${JSON.stringify(code)}`, () => {
    const error = refused(code)
    assert.is(error.code, 'bad_image')
    assert.match(error.message, `app.js:${line}:${column}`)
    assert.equal([error.facts.file, error.facts.line, error.facts.column], ['app.js', line, column])
    assert.ok(error.hint)
  })
}

test('inspectImage() reads what esbuild writes, in its formats, minified or not', async () => {
  const source = `export const config = { scale: 2, env: { A: 'x' }, check: { failures: 3 } }
    export const add = (a, b) => a + b
    export default async () => {}`
  for (const minify of [false, true]) {
    for (const format of ['esm', 'cjs'] as const) {
      // There the config is a name in another place, which is refused.
      if (minify && format === 'cjs') continue
      const { outputFiles } = await build({
        stdin: { contents: source },
        format,
        bundle: true,
        platform: 'node',
        write: false,
        minify,
      })
      const { config, exports } = inspect(outputFiles[0]?.text ?? '')
      assert.equal(
        [config, exports],
        [{ scale: 2, env: { A: 'x' }, check: { failures: 3 } }, ['add']],
        `${format} minify=${minify}`,
      )
    }
  }
})

test('inspectImage() reads what esbuild makes of CommonJS, in its formats', async () => {
  const source = `module.exports = async () => {}
    module.exports.add = (a, b) => a + b
    module.exports.config = { scale: 2 }`
  for (const format of ['esm', 'cjs'] as const) {
    const { outputFiles } = await build({
      stdin: { contents: source },
      format,
      bundle: true,
      platform: 'node',
      write: false,
    })
    const { config, exports } = inspect(outputFiles[0]?.text ?? '')
    assert.equal([config, exports], [{ scale: 2 }, ['add']], format)
  }
})

test('inspectImage() names places in the source that a bundle was made of', async () => {
  const source = `interface Padding { a: string }\n\n// more\nexport const config = {\n  scale: 2,\n  stopTimeout: 'soon',\n}\nexport default async (): Promise<void> => {}\n`
  const { outputFiles } = await build({
    stdin: { contents: source, loader: 'ts', sourcefile: 'app.ts' },
    format: 'esm',
    write: false,
    sourcemap: 'external',
    outfile: 'out.js',
  })
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  const error = refused(text('.js'), { file: 'app.ts', map: text('.map') })
  assert.match(error.message, /app\.ts:6:\d+/)
  assert.equal([error.facts.file, error.facts.line], ['app.ts', 6])
})

test('placeIn() counts lines and columns from 1, with and without a map', () => {
  const code = 'a\nbc\n  d'
  assert.equal(
    [0, 2, 3, 7].map(offset => String(placeIn(code, offset, { file: 'x.js' }))),
    ['x.js:1:1', 'x.js:2:1', 'x.js:2:2', 'x.js:3:3'],
  )
  assert.is(placeIn(code, 7, { file: 'x.js' }).text, 'd')
  for (const map of ['garbage', '{}', '{"version":3,"sources":[],"mappings":""}', 'null']) {
    assert.is(
      String(placeIn(code, 3, { file: 'x.js', map })),
      'x.js:2:2',
      `a broken map costs its places and nothing else: ${map}`,
    )
  }
})

test('inspectImage() finds exports and config of sloppy CommonJS in the text that the bundler keeps', async () => {
  using at = scratch()
  const text = `total = 1\nexports.add = (a, b) => a + b\nexports.config = { scale: 2 }\nexports.default = async () => {}`
  const { code, map } = await bundle(at.file('app.cjs', text))
  const { exports, config } = inspectImage(code, { map, file: 'app.cjs' })
  assert.equal([exports, config], [['add'], { scale: 2 }])
  const wrong = await bundle(at.file('wrong.cjs', text.replace('scale: 2', 'scale: 2, skale: 3')))
  const error = refused(wrong.code, { map: wrong.map, file: 'wrong.cjs' })
  assert.equal([error.code, error.facts.file, error.facts.line, error.facts.column], ['bad_config', 'wrong.cjs', 3, 30])
})

test.run()
