import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { noteRemoved } from '../../../daemon/store/removed-items.ts'
import { scratch } from '../../scratch.ts'

test('noteRemoved() leaves the queue the time at which a pod was removed, the last one counts', async () => {
  using at = scratch()
  const queue = { storage: at.path('storage') }
  await noteRemoved(queue, 'mail', 1000)
  await noteRemoved(queue, 'mail', 2000)
  assert.is(Number(readFileSync(at.path('storage/forget/mail'), 'utf8')), 2000)
})

test.run()
