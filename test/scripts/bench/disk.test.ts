// What folders take on the disk.
import { linkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { diskOf } from '../../../scripts/bench/disk.ts'
import { scratch } from '../../scratch.ts'

test('diskOf() counts a file once that has several names, and nothing for a folder that is not there', () => {
  using at = scratch()
  const file = at.file('a/one', 'x'.repeat(1_000_000))
  const one = diskOf([at.path('a')])
  linkSync(file, at.path('a/two'))
  assert.ok(one > 0.9)
  assert.is(diskOf([at.path('a'), at.path('a'), at.path('none')]), one)
})

test.run()
