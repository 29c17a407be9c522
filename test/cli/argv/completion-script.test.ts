import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scriptFor, shells } from '../../../cli/argv/completion-script.ts'

test('scriptFor() gives each shell a program that asks pod what completes', async () => {
  const { log } = console
  for (const shell of shells) {
    const script = await scriptFor(shell)
    assert.match(script, /pod complete --/, shell)
    assert.not.match(script, /undefined/, shell)
  }
  assert.is(console.log, log)
})

test.run()
