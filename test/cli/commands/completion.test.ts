import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/completion.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

test('run() refuses a shell that it has no program for', async () => {
  assert.match((await failsWith('usage', () => doing(run, { args: ['tcsh'] }))).hint ?? '', 'bash, zsh, fish')
})

test.run()
