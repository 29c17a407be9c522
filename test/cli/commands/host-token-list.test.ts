import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-token-list.ts'
import { doing } from './doing.ts'

test('run() shows each token with what it may, and when it ends', async () => {
  const token = { name: 'ci', role: 'read', path: 'inner', createdAt: '2026-11-20T10:00:00.000Z' }
  const tokens = [
    { name: 'default', role: 'admin', path: '' },
    { ...token, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    { ...token, name: 'old', expiresAt: '2026-11-21T10:00:00.000Z' },
  ]
  const { text } = await doing(run, {}, { 'host.token.list': { tokens } })
  assert.match(text, /default +admin +with the host +never/)
  assert.match(text, /ci +read +inner /)
  assert.match(text, /old .* ago$/m)
})

test.run()
