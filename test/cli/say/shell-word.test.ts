import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shellWord } from '../../../cli/say/shell-word.ts'

test('shellWord() quotes what a shell would read otherwise', () => {
  assert.equal(['a-b/c.js', 'a b', "it's", ''].map(shellWord), ['a-b/c.js', "'a b'", "'it'\\''s'", "''"])
})

test.run()
