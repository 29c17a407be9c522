import { Readable } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Script } from '../../../cli/shell/script.ts'

test('Script gives its lines one by one, to be run or as answers, and undefined at its end', async () => {
  const script = new Script(Readable.from(['ask\nyes\nst', 'atus\n']))
  assert.equal([await script.line(), await script.answer(), await script.line()], ['ask', 'yes', 'status'])
  assert.equal([await script.line(), await script.answer()], [undefined, undefined])
})

test.run()
