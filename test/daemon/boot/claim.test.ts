// One daemon for each data directory. Not here: holders that die, strangers (e2e/security.test.ts).
import { mkdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { claim } from '../../../daemon/boot/claim.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('claim() of a directory that is claimed says which process has it, also by another name of it', async () => {
  using at = scratch()
  mkdirSync(at.path('data'))
  symlinkSync(at.path('data'), at.path('link'))
  await claim(at.path('data'))
  for (const name of ['data', 'link']) {
    const error = await failsWith('host_running', () => claim(at.path(name)))
    assert.is(error.facts.pid, process.pid)
    assert.match(error.message, new RegExp(`process ${process.pid} holds it since 20`))
  }
})

test('claim() of another directory is nobody else’s', async () => {
  using at = scratch()
  await claim(at.dir)
})

test.run()
