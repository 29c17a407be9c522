import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/remote-remove.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { doing } from './doing.ts'

test('run() forgets a remote, and refuses one that is not there', async () => {
  using at = scratch()
  at.file('p8a/config.json', '{"remotes":{"origin":{"address":"localhost:1"}}}')
  const { text } = await doing(run, { at, args: ['origin'] })
  assert.is(text, 'origin is forgotten; its host keeps running')
  await failsWith('remote_not_found', () => doing(run, { at, args: ['origin'] }))
})

test.run()
