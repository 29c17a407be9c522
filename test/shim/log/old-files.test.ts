// Which rotated files of a log are kept.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { OldFiles } from '../../../shim/log/old-files.ts'
import { scratch } from '../../scratch.ts'

const test = suite('old files')

test('add() removes the oldest files, so that a whole live file has room beside the others', () => {
  using at = scratch()
  const files = new OldFiles({ maxLiveBytes: 10, maxTotalBytes: 30 })
  const names = ['1', '2', '3'].map(name => at.path(name))
  for (const name of names) {
    writeFileSync(name, '')
    files.add(name, 10)
  }
  assert.equal(names.map(existsSync), [false, true, true])
})

test('add() counts a file as gone that somebody else has removed', () => {
  using at = scratch()
  const files = new OldFiles({ maxLiveBytes: 10, maxTotalBytes: 20 })
  const [first, second] = [at.path('1'), at.path('2')]
  writeFileSync(first, '')
  files.add(first, 10)
  rmSync(first)
  writeFileSync(second, '')
  files.add(second, 10)
  assert.ok(existsSync(second))
})

test.run()
