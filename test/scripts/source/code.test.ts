import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readCode } from '../../../scripts/source/code.ts'

const test = suite('code')

test('readCode() finds every way to import, and says of which nothing is loaded', async () => {
  const { imports } = await readCode(
    `
    // import { no } from './comment.ts'
    const text = "import { no } from './text.ts'"
    import a, { type B } from './a.ts'
    export { c } from './c.ts'
    export * from './d.ts'
    const e = () => import('./e.ts')
    const net = process.getBuiltinModule('node:net')
`
      .replaceAll(/^ {4}/gm, '')
      .concat("import type { F } from './f.ts'\nexport type { G } from './g.ts'\ntype H = typeof import('./h.ts')"),
  )
  const names = (isType: boolean) =>
    imports
      .filter(found => found.isType === isType)
      .map(({ name }) => name)
      .sort()
  assert.equal(names(false), ['./a.ts', './c.ts', './d.ts', './e.ts', 'node:net'])
  assert.equal(names(true), ['./f.ts', './g.ts', './h.ts'])
})

test('readCode() knows what is used of process and of node:fs, whatever it is called here', async () => {
  const { uses } = await readCode(`
    import { rm as remove } from 'node:fs/promises'
    import files from 'node:fs'
    const { kill, env: { PATH } } = process
    files.openSync('x')
    other.unlinkSync('x')
  `)
  assert.equal([...uses].sort(), ['fs.openSync', 'fs.rm', 'process.env', 'process.kill'])
})

test('readCode() tells functions and methods from data and types', async () => {
  for (const [text, hasFunctions] of [
    ['function named() {}', true],
    ['export const arrow = () => 1', true],
    ['class WithMethod { run() {} }', true],
    ['export type Of = (one: string) => void\nexport const list = [1]', false],
  ] as const)
    assert.is((await readCode(text)).hasFunctions, hasFunctions, text)
})

test.run()
