import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shlexWords } from '../../../cli/import/shlex-words.ts'

test('shlexWords() knows quotes, and backslashes outside and inside of them', () => {
  const cases: [text: string, words: string[]][] = [
    [`a "b c" d'e f'`, ['a', 'b c', 'de f']],
    [String.raw`sh -c "echo \"hi\" \$HOME"`, ['sh', '-c', String.raw`echo "hi" \$HOME`]],
    [String.raw`a\ b 'c\d' \'`, ['a b', String.raw`c\d`, "'"]],
    [`'' x`, ['', 'x']],
  ]
  for (const [text, words] of cases) assert.equal(shlexWords(text), words)
})

test.run()
