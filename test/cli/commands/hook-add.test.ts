import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/hook-add.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const args = ['local', 'https://example.org/']

test('hook add wants types, and takes no secret from the command line', async () => {
  const none = await failsWith('usage', () => doing(run, { args }))
  assert.match(none.hint ?? '', '--on crashed,gave-up')
  const shown = await failsWith('usage', () => doing(run, { args, options: { on: 'crashed', secret: 'a secret' } }))
  assert.match(shown.message, 'every user of this machine')
  assert.not.match(JSON.stringify(shown), 'a secret')
  const hidden = await failsWith('usage', () => doing(run, { args, options: { on: 'crashed' } }))
  assert.match(hidden.hint ?? '', '--secret -')
})

test.run()
