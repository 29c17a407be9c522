import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { inspectImage } from '../../../daemon/image/inspect.ts'
import { parseProgram } from '../../../daemon/image/parser.ts'

const module = { ecmaVersion: 'latest', sourceType: 'module' } as const
const many = Array.from({ length: 100 }, (_, index) => `let a${index}`).join('\n')

test('parseProgram() refuses what is declared twice, and an export of nothing, among many names as among few', () => {
  for (const code of ['let x; let x', 'const x = 1; function x() {}', 'var x; let x', 'export { x }']) {
    assert.throws(() => parseProgram(code, module), /has already been declared|is not defined/, code)
    assert.throws(() => parseProgram(`${many}\n${code}`, module), /has already been declared|is not defined/, code)
  }
})

test('parseProgram() lets a block, a function and a catch have names of their own', () => {
  const code =
    'let x; { let x }; function f() { let x; var y; var y }; try {} catch (x) { var x2 }; try {} catch (e) { var e }'
  assert.ok(parseProgram(code, module))
  assert.ok(parseProgram(`${many}\n${code}\nfunction g() { ${many.replaceAll('\n', ';')} }`, module))
})

const list = Array.from({ length: 100_000 }, (_, index) => `a${index}`)
const forms: Record<string, string> = {
  constants: list.map(name => `export const ${name} = 1`).join('\n'),
  functions: list.map(name => `export function ${name}() {}`).join('\n'),
  'a list': `${list.map(name => `var ${name} = 1`).join('\n')}\nexport { ${list.join(', ')} }`,
}

for (const [form, code] of Object.entries(forms)) {
  test(`inspectImage() finds 100,000 exports in seconds, written as ${form}`, () => {
    const begun = performance.now()
    const { exports } = inspectImage(`${code}\nexport default () => {}`, { file: 'app.js' })
    assert.is(exports.length, 100_000)
    const took = performance.now() - begun
    assert.ok(took < 60_000, `it took ${Math.round(took)} ms`)
  })
}

test.run()
