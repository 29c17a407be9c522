import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/remote-pin.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { doing } from './doing.ts'

const fingerprint = 'ab'.repeat(32)

test('run() pins another certificate, in whatever way it is written, and asks no host', async () => {
  using at = scratch()
  const file = at.file('p8a/config.json', '{"remotes":{"origin":{"address":"tls://localhost:1"}}}')
  const { value, asked } = await doing(run, { at, args: ['origin', `sha256:${fingerprint}`], json: true })
  const pinned = (fingerprint.toUpperCase().match(/../g) ?? []).join(':')
  assert.equal([value, asked], [{ name: 'origin', fingerprint: pinned }, []])
  assert.is(JSON.parse(readFileSync(file, 'utf8')).remotes.origin.fingerprint, pinned)
})

test('run() refuses what is no fingerprint', async () => {
  await failsWith('usage', () => doing(run, { args: ['origin', 'abc'] }))
})

test.run()
