import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-token-remove.ts'
import { doing } from './doing.ts'

test('run() removes a token by its name', async () => {
  const { text, asked } = await doing(run, { args: ['ci'] }, { 'host.token.remove': { name: 'ci', removed: true } })
  assert.is(text, 'The token ci is removed')
  assert.equal(asked, [['host.token.remove', { name: 'ci' }]])
})

test.run()
