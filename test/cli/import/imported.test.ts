import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { durationText } from '../../../cli/import/imported.ts'

test('durationText() has whole seconds as seconds', () => {
  assert.equal([3000, 1600, 0].map(durationText), ['3s', '1600ms', '0s'])
})

test.run()
