// Links to what runs may write in. Not here: an image that has them (tree-image.test.ts).
import { symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { linkWritable } from '../../../daemon/build/writable.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('linkWritable() refuses what lies at or below a link, or below a file', async () => {
  using at = scratch()
  at.file('tree/lib/x.js', '')
  at.file('tree/app.js', '')
  symlinkSync('lib', at.path('tree/linked'))
  const refusals: [string, RegExp][] = [
    ['linked', /"linked" is a link$/],
    ['linked/data', /"linked" is a link$/],
    ['app.js/data', /"app.js" is a file$/],
  ]
  for (const [path, message] of refusals) {
    const options = { staging: at.dir, final: at.path('final'), storage: at.path('storage'), writable: [path] }
    assert.match((await failsWith('bad_config', () => linkWritable(options))).message, message)
  }
})

test.run()
