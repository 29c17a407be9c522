import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { durationText, shellWord } from '../../../cli/import/imported.ts'

test('durationText() has whole seconds as seconds', () => {
  assert.equal([3000, 1600, 0].map(durationText), ['3s', '1600ms', '0s'])
})

test('shellWord() quotes what a shell would read otherwise', () => {
  assert.equal(['a-b/c.js', 'a b', "it's", ''].map(shellWord), ['a-b/c.js', "'a b'", "'it'\\''s'", "''"])
})

test.run()
