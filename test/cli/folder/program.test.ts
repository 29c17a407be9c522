import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../../cli/bundle/bundle.ts'
import { isProgram, programOf } from '../../../cli/folder/program.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('isProgram() knows a file that exports nothing, or asks whether it is what was started', async () => {
  using at = scratch()
  const programs = {
    'a.js': 'require("http").createServer().listen(0)',
    'b.ts': 'const x: number = 1; console.log(x)',
    'c.js': 'const app = 1; if (require.main === module) run(); module.exports = app',
    'd.mjs': 'export const a = 1; if (import.meta.main) run()',
  }
  for (const [name, text] of Object.entries(programs)) assert.ok(await isProgram(at.file(name, text)), name)
  const others = {
    'e.js': 'export default () => {}',
    'f.js': 'module.exports = () => {}',
    'g.mjs': 'export default () => {}; if (import.meta.main) run()',
    'h.js': '  ',
    'i.py': 'print(1)',
  }
  for (const [name, text] of Object.entries(others)) assert.not(await isProgram(at.file(name, text)), name)
  assert.not(await isProgram(at.path('none.js')))
})

test('programOf() takes the folder of the package, or the files that are loaded where there is none', async () => {
  using at = scratch()
  at.file('pkg/package.json', '{}')
  const inside = at.file('pkg/src/app.js', 'console.log(1)')
  assert.equal(await programOf(inside, filesOf), { root: at.path('pkg'), entry: 'src/app.js', only: undefined })
  at.file('loose/lib/x.js', 'export const x = 1')
  const loose = at.file('loose/app.mjs', 'import { x } from "./lib/x.js"; console.log(x)')
  const { root, entry, only } = await programOf(loose, filesOf)
  assert.equal([root, entry, only?.sort()], [at.path('loose'), 'app.mjs', ['app.mjs', 'lib/x.js']])
  const outside = at.file('other/app.mjs', 'import { x } from "../loose/lib/x.js"; console.log(x)')
  await failsWith('bad_image', async () => await programOf(outside, filesOf))
})

test.run()
