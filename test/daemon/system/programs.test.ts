// Programs of ours that the daemon starts.
import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cliCommand, keeperFile, readerCommand, shimFile } from '../../../daemon/system/programs.ts'

test('each program is there, in the sources', () => {
  for (const file of [shimFile(), keeperFile(), readerCommand()[1], cliCommand()[1]])
    assert.ok(existsSync(file ?? ''), file)
})

test('cliCommand() has its words behind the program', () => {
  assert.equal(cliCommand('shell', 'local').slice(2), ['shell', 'local'])
})

test.run()
