import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unitLines, unitWords } from '../../../cli/import/unit-file.ts'

test('unitLines() reads keys with their sections; lines go on, and an empty value takes back what was said', () => {
  const text = '# c\n[A]\nx=1\nx =\nx= 2 \\\n# between\n 3\n[B]\r\n; c\r\nx=4\r\nno key\n'
  assert.equal(unitLines(text), [
    { section: 'A', key: 'x', value: '2   3' },
    { section: 'B', key: 'x', value: '4' },
  ])
})

test('unitWords() knows quotes and backslashes', () => {
  const cases: [text: string, words: string[]][] = [
    ['a "b c" d\'e f\'', ['a', 'b c', 'de f']],
    [String.raw`a\ b "say \"x\""`, ['a b', 'say "x"']],
    ['"" x', ['', 'x']],
    [String.raw`printf '%s\n' "\x41\u00e4\101\tb" \;`, ['printf', '%s\n', 'AäA\tb', ';']],
    [String.raw`grep -E "^\d+\.\w" a\.b`, ['grep', '-E', String.raw`^\d+\.\w`, String.raw`a\.b`]],
  ]
  for (const [text, words] of cases) assert.equal(unitWords(text), words)
})

test.run()
