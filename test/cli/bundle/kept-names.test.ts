// The calls that esbuild adds to name functions and classes. That names stay is in faithful.test.ts.
import { parse } from 'acorn'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withoutNeedlessNames } from '../../../cli/bundle/kept-names.ts'

const helper = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });\n'

/** What is left of code behind the helper, without blanks at the ends of lines. */
function kept(code: string): string {
  const text = helper + code
  const made = withoutNeedlessNames(text, parse(text, { ecmaVersion: 'latest', sourceType: 'module' }))
  assert.is(made.length, text.length, 'every character stays in its place')
  parse(made, { ecmaVersion: 'latest', sourceType: 'module' })
  return made.replace(/\s+/g, ' ').trim()
}

for (const [what, before, after] of [
  ['a declared function', 'function a() {}\n__name(a, "a");', 'function a() {}'],
  ['an arrow function', 'const a = /* @__PURE__ */ __name(() => 1, "a");', 'const a = /* @__PURE__ */ (() => 1 );'],
  [
    'one in parentheses',
    'x({ a: /* @__PURE__ */ __name((b => b), "a"), c });',
    'x({ a: /* @__PURE__ */ ((b => b) ), c });',
  ],
  ['a class', 'const A = class { static { __name(this, "A"); } };', 'const A = class { };'],
  [
    'a class that names itself',
    'var A = class _A { static { __name(this, "A"); } x = _A; };',
    'var A = class A { x = A ; };',
  ],
] as const) {
  test(`withoutNeedlessNames() takes out the call and the helper for ${what}`, () => {
    assert.is(kept(before), after)
  })
}

test('withoutNeedlessNames() keeps the calls that give another name, and then the helper', () => {
  const code = 'function a2() {} __name(a2, "a"); const b = __name(() => {}, "c");'
  assert.is(kept(code), `${helper.trim()} ${code}`)
})

test('withoutNeedlessNames() leaves a bundle without the helper alone', () => {
  const code = 'const __name = 1; export { __name }'
  assert.is(withoutNeedlessNames(code, parse(code, { ecmaVersion: 'latest', sourceType: 'module' })), code)
})

test.run()
