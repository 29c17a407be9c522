import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/host-token.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { doing } from './doing.ts'

test('run() prints the token in the data directory, without asking a host', async () => {
  using at = scratch()
  at.file('token', '  the-token \n')
  const { text, asked } = await doing(run, { at })
  assert.equal([text, asked], ['the-token', []])
})

test('run() says where a token comes from if there is none', async () => {
  using at = scratch()
  const error = await failsWith('file_not_found', () => doing(run, { at }))
  assert.match(error.message, at.path('token'))
  assert.match(error.hint ?? '', 'pod host start --detach')
})

test.run()
