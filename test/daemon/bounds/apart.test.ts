// What a run that is kept apart may see. Not here: whether it sees nothing else (e2e/isolation.test.ts).
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keptApart } from '../../../daemon/bounds/apart.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { scratch } from '../../scratch.ts'

test('keptApart() lets a run read the program that a link leads to, as an installation may have one', async () => {
  using at = scratch()
  for (const folder of ['real', 'linked', 'data']) mkdirSync(at.path(folder))
  writeFileSync(at.path('real/shim.cjs'), '')
  symlinkSync(at.path('real/shim.cjs'), at.path('linked/shim.cjs'))
  const { flags } = await keptApart(
    { paths: dataPaths(at.path('data')), shim: { node: process.execPath, file: at.path('linked/shim.cjs') } },
    { name: 'web', isNode: true, isolate: { by: 'permission' }, image: undefined, cwd: '/', key: 'web.1' },
  )
  for (const folder of ['real', 'linked']) assert.ok(flags.includes(`--allow-fs-read=${at.path(folder)}`), folder)
})

test.run()
