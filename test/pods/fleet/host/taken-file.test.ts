// The time by which exclusive pods live is never away while it is written.
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readTaken, writeTaken } from '../../../../pods/fleet/host/taken-file.ts'
import { scratch } from '../../../scratch.ts'

test('writeTaken() writes over what was there, also a longer one, without another byte', async () => {
  using at = scratch()
  const file = at.path('taken')
  assert.ok(Number.isNaN(await readTaken(file)))
  for (const ms of [123_456_789.123_456, 7, 1e9]) {
    await writeTaken(file, ms)
    assert.equal([await readTaken(file), readFileSync(file).length], [ms, 32])
  }
})

test.run()
