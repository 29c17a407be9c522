import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { forgetRemoved } from '../../../pods/queue/forget-removed.ts'
import { scratch } from '../../scratch.ts'

test('forgetRemoved() removes what came until the pod was removed, once, and nothing where the time is cut off', async () => {
  using at = scratch()
  const asked: unknown[] = []
  const queues = {
    forget: async (...of: unknown[]) => {
      asked.push(of)
      return 0
    },
  }
  await forgetRemoved(at.path('none'), queues)
  mkdirSync(at.path('forget'))
  writeFileSync(at.path('forget/mail'), '1234')
  writeFileSync(at.path('forget/torn'), '')
  await forgetRemoved(at.path('.'), queues)
  assert.equal(asked, [['mail', 1234]])
  assert.equal(readdirSync(at.path('forget')), [])
})

test.run()
