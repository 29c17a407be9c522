// That code does in a bundle what it does under Node: names, sloppy mode, effects, decorators, requires that may fail.
// What goes in and comes out otherwise is in bundle.test.ts, the warnings in warnings.test.ts.
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundle } from '../../../cli/bundle/bundle.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

type Files = Record<string, string>

function files(texts: Files): Scratch {
  const at = scratch()
  for (const [name, text] of Object.entries(texts)) at.file(name, text)
  return at
}

/** What the default export of the bundle of `entry` returns. */
async function made(at: Scratch, entry: string): Promise<unknown> {
  const { code } = await bundle(`${at.dir}/${entry}`)
  const { default: main } = (await import(pathToFileURL(at.file('elsewhere/out.mjs', code)).href)) as {
    default: () => unknown
  }
  return await main()
}

const parts = 'export class Config {}\nexport function handler() {}\nexport const arrow = () => {}'

test('bundle() keeps the names of classes and functions that two files have in common', async () => {
  using at = files({
    'a.js': parts,
    'b.js': parts,
    'app.js': `import * as a from './a.js'\nimport * as b from './b.js'
      export default () => [a, b].flatMap(({ Config, handler, arrow }) => [Config.name, handler.name, arrow.name])`,
  })
  assert.equal(await made(at, 'app.js'), ['Config', 'handler', 'arrow', 'Config', 'handler', 'arrow'])
})

test('bundle() keeps the names of classes that name themselves', async () => {
  using at = files({
    'app.ts': `class Gauge { static unit = 'ms'; kind = Gauge.name; static other = () => new Gauge() }
      class Model { static table = \`\${Model.name.toLowerCase()}s\` }
      const Made = class { static own = Made?.name }
      export default () => [Gauge.name, new Gauge().kind, Gauge.other().kind, Model.table, Made.name]`,
  })
  assert.equal(await made(at, 'app.ts'), ['Gauge', 'Gauge', 'Gauge', 'models', 'Made'])
})

test('bundle() leaves a function whole in itself, so that its text can be run elsewhere', async () => {
  using at = files({
    'app.ts': `const outer = (n: number) => { const twice = (x: number) => x * 2; function inc(x: number) { return x + 1 }; class K {}; return [inc(twice(n)), K.name] }
      export default () => new Function('return (' + outer + ')(20)')()`,
  })
  assert.equal(await made(at, 'app.ts'), [41, 'K'])
})

test('bundle() runs CommonJS in sloppy mode as Node runs it', async () => {
  using at = files({
    'app.mjs': `import old from 'old'
      const tried = f => { try { return f() } catch (error) { return error.name } }
      export default () => [tried(() => old.sum([1, 2])), tried(old.callee), tried(old.frozen), tried(() => (0, old.self)()), old.octal, old.deep, old.here]`,
    'node_modules/old/package.json': '{"name":"old","main":"i"}',
    'node_modules/old/i.js': `#!/usr/bin/env node
      exports.sum = function (list) { total = 0; for (i = 0; i < list.length; i++) total += list[i]; return total }
      exports.callee = function () { return typeof arguments.callee }
      exports.frozen = function () { Object.freeze({}).x = 1; return 'ignored' }
      exports.self = function () { return typeof this }
      exports.octal = 010
      exports.deep = require('./deep').deep + require('./data.json').n
      exports.here = typeof __dirname + typeof __filename + (this === exports) + (module.exports === exports)`,
    'node_modules/old/deep/index.js': 'with ({ deep: 40 }) exports.deep = deep',
    'node_modules/old/data.json': '{"n":2}',
  })
  assert.equal(await made(at, 'app.mjs'), [3, 'function', 'ignored', 'object', 8, 42, 'stringstringtruetrue'])
})

test('bundle() keeps strict CommonJS strict, and lets sloppy files require each other in a circle', async () => {
  using at = files({
    'app.cjs': `const { strict } = require('./strict.cjs'); const a = require('./a.cjs')
      module.exports = () => [strict(), a.b.seen, a.done]`,
    'strict.cjs': `'use strict'; exports.strict = () => { try { undeclared = 1 } catch (error) { return error.name } }`,
    'a.cjs': `exports.early = 1; exports.b = require('./b.cjs'); exports.done = true`,
    'b.cjs': `exports.seen = Object.keys(require('./a.cjs')).join()`,
  })
  assert.equal(await made(at, 'app.cjs'), ['ReferenceError', 'early', true])
})

test('bundle() lets sloppy CommonJS import, by a name and by a path that is put together', async () => {
  using at = files({
    'app.cjs': `module.exports = async () => [(await import('./m.mjs')).m, (await import('./parts/' + 'one.mjs')).n, require(\`./more/\${'two'}\`).n]`,
    'm.mjs': 'export const m = 1',
    'parts/one.mjs': 'export const n = 2',
    'more/two.js': 'exports.n = 3',
  })
  assert.equal(await made(at, 'app.cjs'), [1, 2, 3])
})

test('bundle() says the line of the file where sloppy CommonJS fails', async () => {
  using at = files({ 'app.cjs': `\n\nmodule.exports = () => { throw new Error('here') }` })
  const error = (await made(at, 'app.cjs').catch(error => error)) as Error
  assert.match(error.stack ?? '', 'app.cjs:3:32')
})

test('bundle() keeps what the own files import for its effect, whatever package.json says of effects', async () => {
  using at = files({
    'package.json': '{"name":"app","type":"module","sideEffects":false}',
    'register.js': 'globalThis.registeredHere = "yes"',
    'node_modules/quiet/package.json': '{"name":"quiet","type":"module","main":"i.js","sideEffects":false}',
    'node_modules/quiet/i.js': 'globalThis.quietHere = "yes"',
    'app.js': `import './register.js'\nimport 'quiet'\nexport default () => [globalThis.registeredHere, globalThis.quietHere]`,
  })
  assert.equal(await made(at, 'app.js'), ['yes', 'yes'])
})

test('bundle() refuses a require() of a module that awaits at its top, with the place of the require', async () => {
  using at = files({
    'app.cjs': `const { settings } = require('./settings.mjs')\nmodule.exports = () => settings`,
    'settings.mjs': `import { size } from './size.mjs'\nexport const settings = { size }`,
    'size.mjs': 'export const size = await Promise.resolve(3)',
  })
  const error = await failsWith('bundle_failed', () => bundle(`${at.dir}/app.cjs`))
  assert.match(error.message, 'require("./settings.mjs") at app.cjs:1:22')
  assert.match(error.message, '(size.mjs:1)')
  assert.is(error.hint, 'Write it as: await import("./settings.mjs")')
})

test('bundle() leaves it to run time if a require() of a module that awaits at its top may fail', async () => {
  using at = files({
    'app.cjs': `let found = 'none'; try { found = require('./settings.mjs') } catch {}\nmodule.exports = () => found`,
    'settings.mjs': 'export const size = await Promise.resolve(3)',
  })
  assert.is(await made(at, 'app.cjs'), 'none')
})

test('bundle() leaves it to run time if a package requires what is not installed', async () => {
  using at = files({
    'app.mjs': `import lib from 'lib'\nexport default () => [lib.driver('none'), lib.code('pg'), lib.validator]`,
    'node_modules/lib/index.js': `
      exports.driver = name => { switch (name) { case 'pg': return require('not-installed-pg'); case 'none': return 'no driver' } }
      exports.code = name => { try { return exports.driver(name) } catch (error) { return error.code } }
      const load = loader => { try { return loader() } catch { return undefined } }
      exports.validator = load(() => require('not-installed-validator'))`,
  })
  assert.equal(await made(at, 'app.mjs'), ['no driver', 'MODULE_NOT_FOUND', undefined])
})

test('bundle() leaves it to run time if a require in a try of an own file finds nothing', async () => {
  using at = files({
    'app.cjs': `let dev = 'none'; try { dev = require('not-installed-dev') } catch {}\nmodule.exports = () => dev`,
  })
  assert.is(await made(at, 'app.cjs'), 'none')
})

test('bundle() takes along what a path that is put together matches, and leaves the rest to run time', async () => {
  using at = files({
    'app.mjs': `import lib from 'lib'\nexport default () => [lib.built, lib.tool('a'), lib.why]`,
    'node_modules/lib/index.js': `'use strict'
      try { exports.built = require('./build/' + (process.env.BUILD || 'Release') + '/binding') } catch { exports.built = 'none' }
      exports.tool = name => require(\`./tools/\${name}\`)
      try { exports.tool('README.md') } catch (error) { exports.why = error.name }`,
    'node_modules/lib/tools/a.js': `module.exports = 'tool a'`,
    'node_modules/lib/tools/README.md': 'a readme',
    'node_modules/lib/tools/LICENSE': 'Copyright (c) nobody',
  })
  assert.equal(await made(at, 'app.mjs'), ['none', 'tool a', 'SyntaxError'])
})

test('bundle() says npm install only for what is not installed', async () => {
  using at = files({
    'app.ts': `import { x } from 'there/missing.js'\nexport default () => x`,
    'node_modules/there/package.json': '{"name":"there","exports":{".":"./i.js"}}',
    'node_modules/there/i.js': '',
  })
  const { hint } = await failsWith('bundle_failed', () => bundle(`${at.dir}/app.ts`))
  assert.match(hint ?? '', 'The package "there" is installed')
})

test('bundle() emits the metadata of decorators if tsconfig.json asks for it', async () => {
  using at = files({
    'tsconfig.base.json': '{"compilerOptions":{"experimentalDecorators":true}}',
    'tsconfig.json': '{"extends":"./tsconfig.base.json","compilerOptions":{"emitDecoratorMetadata":true}}',
    'user.ts': 'export interface Shape { n: number }\nexport class Part {}',
    'app.ts': `import { Part, Shape } from './user.ts'
      const seen: unknown[] = []
      ;(Reflect as any).metadata = (key: string, value: any) => () => { seen.push([key, value?.name]) }
      const Column = () => (_target: object, _key: string) => {}
      class User { @Column() name!: string; @Column() part!: Part; @Column() shape!: Shape }
      export default () => { new User(); return seen }`,
  })
  const types = ['String', 'Part', 'Object'].map(name => ['design:type', name])
  assert.equal(await made(at, 'app.ts'), types)
})

test.run()
