import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readTokenFlags } from '../../../cli/argv/token-flags.ts'
import { failsWith } from '../../fails.ts'
import { optionsOf } from '../commands/doing.ts'

const read = (options: Record<string, string>) => readTokenFlags(optionsOf(options))

test('readTokenFlags() gives a token that may deploy everywhere for ever, unless it is told else', () => {
  assert.equal(read({}), { role: 'deploy', path: '' })
  assert.equal(read({ role: 'admin', path: 'inner', expires: '90d' }), {
    role: 'admin',
    path: 'inner',
    expiresInMs: 90 * 86_400_000,
  })
})

test('readTokenFlags() refuses a role or a time that is none', async () => {
  assert.match((await failsWith('usage', () => read({ role: 'root' }))).hint ?? '', 'read, deploy, admin')
  for (const expires of ['0', 'soon', '-1d', '', '100000d']) await failsWith('usage', () => read({ expires }))
})

test.run()
