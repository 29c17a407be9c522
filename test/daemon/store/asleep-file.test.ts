import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readAsleep, removeAsleep, writeAsleep } from '../../../daemon/store/asleep-file.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('readAsleep() finds what was written, and nothing where nothing sleeps', async () => {
  using at = scratch()
  const pod = { asleep: at.path('asleep.json') }
  assert.is(await readAsleep(pod), undefined)
  const asleep = { v: 1 as const, since: '2026-11-20T10:00:00.000Z', generation: 3 }
  await writeAsleep(pod, asleep)
  assert.equal(await readAsleep(pod), asleep)
  await removeAsleep(pod)
  await removeAsleep(pod)
  assert.is(await readAsleep(pod), undefined)
})

test('readAsleep() names a file that says nothing', async () => {
  using at = scratch()
  const pod = { asleep: at.path('asleep.json') }
  writeFileSync(pod.asleep, '{"v":1}')
  await failsWith('state_broken', () => readAsleep(pod))
})

test.run()
