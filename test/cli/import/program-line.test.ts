import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { programLine } from '../../../cli/import/program-line.ts'
import { shellWord } from '../../../cli/say/shell-word.ts'
import { execLine } from '../../../daemon/image/exec-line.ts'

test('programLine() is a line whose program takes the place of its shell, once the host begins it', () => {
  const plain = [
    'serve',
    './run --a=b',
    '/bin/a $ARGS "$SLOT"',
    "bash -c 'cd x && exec ./run | tee y'",
    `sh -c 'echo $(id)'`,
  ]
  for (const line of plain) assert.is(programLine(line), line)
  const other = ['serve $(printf 1)', 'serve $((SLOT + 1))', "'/opt/my app/run' x", '/opt/a@2/run']
  for (const line of other) assert.is(programLine(line), `exec ${line}`)
  const words = ["it's", '$(a)', 'a;b', '{"a":"b"}', 'a\nb', '~', '\\', '']
  const all = [...plain, ...other, ...words.map(word => `serve ${shellWord(word)}`)]
  for (const line of all) assert.match(execLine(programLine(line)), /^exec /)
})

test.run()
