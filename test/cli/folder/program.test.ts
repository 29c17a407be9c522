import { mkdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../../cli/bundle/bundle.ts'
import { programOf } from '../../../cli/folder/program.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

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

test('programOf() takes the project that installed the package of a program', async () => {
  using at = scratch()
  at.file('web/node_modules/serve/bin/main.js', 'require("./x")')
  mkdirSync(at.path('web/node_modules/.bin'))
  symlinkSync('../serve/bin/main.js', at.path('web/node_modules/.bin/serve'))
  const program = at.path('web/node_modules/.bin/serve')
  await failsWith('bad_image', async () => await programOf(program, filesOf))
  at.file('web/package.json', '{}')
  const found = { root: at.path('web'), only: undefined }
  assert.equal(await programOf(program, filesOf), { ...found, entry: 'node_modules/.bin/serve' })
  const main = at.path('web/node_modules/serve/bin/main.js')
  assert.equal(await programOf(main, filesOf), { ...found, entry: 'node_modules/serve/bin/main.js' })
})

test.run()
