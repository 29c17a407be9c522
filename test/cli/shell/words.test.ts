// Lines of the shell to words.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { wordsOf } from '../../../cli/shell/words.ts'
import { failsWith } from '../../fails.ts'

const cases: [line: string, words: string[]][] = [
  ['', []],
  ['   ', []],
  ['# all of it', []],
  ['  # all of it', []],
  ['status', ['status']],
  [' start  web\t--port 1 ', ['start', 'web', '--port', '1']],
  ['stop web # for now', ['stop', 'web']],
  ['say a#b', ['say', 'a#b']],
  [`say 'a  b' "c d"`, ['say', 'a  b', 'c d']],
  [`say '' ""`, ['say', '', '']],
  [`say a'b'"c"d`, ['say', 'abcd']],
  [`say '# no comment'`, ['say', '# no comment']],
  [`call users find '{"name":"ann"}'`, ['call', 'users', 'find', '{"name":"ann"}']],
  ['say "a \\"quoted\\" \\\\ word" \\n', ['say', 'a "quoted" \\ word', 'n']],
  [`say 'a \\b'`, ['say', 'a \\b']],
  ['say a\\ b \\# \\', ['say', 'a b', '#', '\\']],
]

for (const [line, words] of cases) {
  test(`wordsOf() reads ${JSON.stringify(line)}`, () => assert.equal(wordsOf(line), words))
}

test('wordsOf() refuses a quote that is not closed', async () => {
  for (const line of [`say 'a`, 'say "a\\"']) await failsWith('usage', () => wordsOf(line))
})

test.run()
