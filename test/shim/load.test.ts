// The shapes a pod's code may have when it is loaded. Not here: what is known of it without loading (daemon/image).
import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../protocol/errors.ts'
import { loadPod } from '../../shim/load.ts'
import { scratch } from '../scratch.ts'

const shapes: [title: string, file: string, code: string][] = [
  ['an ES module', 'main.mjs', 'export default () => 1; export const add = (a, b) => a + b; export const number = 5'],
  [
    'an ES module whose names are listed at its end',
    'main.mjs',
    'const main = () => 1; const add = (a, b) => a + b; export { main as default, add }',
  ],
  [
    'an ES module that awaits',
    'main.mjs',
    'await null; export default function () { return 1 } export async function add(a, b) { return a + b }',
  ],
  ['a class beside', 'main.mjs', 'export default () => 1; export function add(a, b) { return a + b }'],
  [
    'module.exports with members',
    'main.cjs',
    'module.exports = () => 1; module.exports.add = (a, b) => a + b; module.exports.number = 5',
  ],
  ['module.exports that is an object', 'main.cjs', 'module.exports = { default: () => 1, add: (a, b) => a + b }'],
  [
    'exports of what was an ES module',
    'main.cjs',
    'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = () => 1; exports.add = (a, b) => a + b',
  ],
  [
    'module.exports bundled into a module',
    'main.mjs',
    'var require_app = () => { const main = () => 1; main.add = (a, b) => a + b; return main }; export default require_app()',
  ],
  [
    'exports of what was an ES module, bundled into a module',
    'main.mjs',
    'var require_app = () => { const e = {}; Object.defineProperty(e, "__esModule", { value: true }); e.default = () => 1; e.add = (a, b) => a + b; return e }; export default require_app()',
  ],
  [
    'an object whose members are getters',
    'main.mjs',
    'const e = {}; Object.defineProperty(e, "default", { enumerable: true, get: () => () => 1 }); Object.defineProperty(e, "add", { enumerable: true, get: () => (a, b) => a + b }); export default e',
  ],
]

for (const [title, file, code] of shapes) {
  test(`loadPod() finds default and functions of ${title}`, async () => {
    using at = scratch()
    writeFileSync(at.path(file), code)
    const { main, functions } = await loadPod(at.path(file))
    assert.is((main as () => unknown)(), 1)
    assert.equal([...functions.keys()], ['add'])
    assert.is(await functions.get('add')?.(1, 2), 3)
  })
}

for (const [title, file, code] of [
  ['no default export', 'main.mjs', 'export const add = () => 1'],
  ['a default export that is not a function', 'main.mjs', 'export default 42'],
  ['a default export that is null', 'main.mjs', 'export default null'],
  ['an object without default', 'main.cjs', 'module.exports = { add: () => 1 }'],
  ['nothing at all', 'main.cjs', ''],
] as const) {
  test(`loadPod() refuses ${title}`, async () => {
    using at = scratch()
    writeFileSync(at.path(file), code)
    const error = await loadPod(at.path(file)).catch(error => error)
    assert.instance(error, P8aError)
    assert.is(error.code, 'bad_image')
  })
}

test('loadPod() throws what the code throws', async () => {
  using at = scratch()
  writeFileSync(at.path('main.mjs'), `throw new RangeError('at the top')`)
  const error = await loadPod(at.path('main.mjs')).catch(error => error)
  assert.instance(error, RangeError)
})

test('loadPod() finds fetch and upgrade beside the default export, alone, and as members of it', async () => {
  const files: [file: string, code: string, hasMain: boolean][] = [
    ['beside.mjs', 'export default () => 1; export const fetch = () => 2; export function upgrade() {}', true],
    ['alone.mjs', 'export const fetch = () => 2; export const upgrade = () => {}', false],
    ['member.mjs', 'export default { two: 2, fetch() { return this.two }, upgrade() {} }', false],
    ['class.mjs', 'class App { #two = 2; fetch() { return this.#two } upgrade() {} }; export default new App()', false],
    ['member.cjs', 'module.exports = { fetch: () => 2, upgrade() {} }', false],
    ['names.cjs', 'exports.fetch = () => 2; exports.upgrade = () => {}', false],
  ]
  using at = scratch()
  for (const [file, code, hasMain] of files) {
    writeFileSync(at.path(file), code)
    const { main, http } = await loadPod(at.path(file))
    assert.equal(
      [main !== undefined, (http?.fetch as undefined | (() => unknown))?.(), typeof http?.upgrade],
      [hasMain, 2, 'function'],
      file,
    )
  }
  writeFileSync(at.path('none.mjs'), 'export default () => 1; export const fetch = 5, upgrade = () => {}')
  assert.is((await loadPod(at.path('none.mjs'))).http, undefined)
})

test.run()
