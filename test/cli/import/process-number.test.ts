import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shellLine, shellValue } from '../../../cli/import/process-number.ts'

test('shellValue() works out the number of a run wherever it stands in a word', () => {
  const cases: [word: string, first: number, line: string][] = [
    ['80%(process_num)02d', 0, '80$(printf %02d "$P8A_SLOT")'],
    ['%(process_num)d', 0, '"$P8A_SLOT"'],
    ['a b%(process_num)s-%(process_num)03d', 1, "'a b'$((P8A_SLOT + 1))-$(printf %03d $((P8A_SLOT + 1)))"],
    ['', 0, "''"],
    ['$HOME', 0, "'$HOME'"],
  ]
  for (const [word, first, line] of cases) assert.is(shellValue(word, first), line)
})

test('shellLine() takes each word as it is', () => {
  assert.is(shellLine('a "b c" --x=%(process_num)s *', 0), `a 'b c' --x="$P8A_SLOT" '*'`)
})

test.run()
