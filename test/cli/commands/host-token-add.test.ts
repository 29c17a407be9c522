import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-token-add.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const made = { name: 'ci', role: 'deploy', path: '', createdAt: '2026-11-20T10:00:00.000Z', token: 'the-secret' }

test('run() prints the secret alone on stdout, and what it is good for beside it', async () => {
  const { text, told, asked } = await doing(
    run,
    { args: ['ci'], options: { expires: '1d' } },
    { 'host.token.add': made },
  )
  assert.is(text, 'the-secret')
  assert.match(told, /ci may look and deploy\. It is not shown again/)
  assert.equal(asked, [['host.token.add', { name: 'ci', role: 'deploy', path: '', expiresInMs: 86_400_000 }]])
})

test('run() asks no host for a role that is none', async () => {
  await failsWith('usage', () => doing(run, { args: ['ci'], options: { role: 'root' } }))
})

test.run()
