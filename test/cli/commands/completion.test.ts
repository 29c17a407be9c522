import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/completion.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

test('run() refuses a shell that it has no program for', async () => {
  assert.match((await failsWith('usage', () => doing(run, { args: ['tcsh'] }))).hint ?? '', 'bash, zsh, fish')
})

test('run() prints the program of each shell, and with --json as JSON', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { lines } = await doing(run, { args: [shell] })
    assert.match(lines, 'pod complete')
    const { shell: named, script } = (await doing(run, { args: [shell], json: true })).value as Record<string, string>
    assert.equal([named, script?.trimEnd()], [shell, lines.trimEnd()])
  }
})

test.run()
