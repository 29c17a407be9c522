import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readEpoch, writeEpoch } from '../../../daemon/store/epoch-file.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('readEpoch() reads what was written, 0 where nothing was, and refuses what is broken', async () => {
  using at = scratch()
  const pod = { epoch: join(at.dir, 'epoch.json') }
  assert.is(await readEpoch(pod), 0)
  await writeEpoch(pod, 7)
  assert.is(await readEpoch(pod), 7)
  writeFileSync(pod.epoch, '{"v":1,"epoch":-1}')
  await failsWith('state_broken', () => readEpoch(pod))
})

test.run()
