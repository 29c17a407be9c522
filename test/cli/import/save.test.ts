import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { saveManifest } from '../../../cli/import/save.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('saveManifest() writes over nothing unless it is told to', async () => {
  using at = scratch()
  const file = at.file('pods.yaml', 'mine')
  const { hint } = await failsWith('bad_settings', async () => await saveManifest(file, { text: 'new', force: false }))
  assert.match(hint ?? '', /--force/)
  assert.is(readFileSync(file, 'utf8'), 'mine')
  await saveManifest(file, { text: 'new', force: true })
  assert.is(readFileSync(file, 'utf8'), 'new')
  await failsWith('save_failed', async () => await saveManifest(at.path('gone/pods.yaml'), { text: '', force: false }))
})

test.run()
