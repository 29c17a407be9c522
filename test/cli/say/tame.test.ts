// What somebody else wrote, before it reaches a terminal.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tame, tameLine } from '../../../cli/say/tame.ts'

test('tame() keeps lines, tabs, letters of all kinds and colours', () => {
  for (const text of ['plain\n\ttext', 'žluťoučký 🐎 汉字', '\u001b[1;31mred\u001b[0m']) assert.is(tame(text), text)
})

test('tame() shows what would steer the terminal, or turn the order of what is read', () => {
  for (const [text, shown] of [
    ['\u001b[2Jgone', '\\x1b[2Jgone'],
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['\u001b\u001b[31m[2J', '\\x1b\u001b[31m[2J'],
    ['\u009b2J', '\\x9b2J'],
    ['over\rwritten\b', 'over\\rwritten\\x08'],
    ['\u0000\u007f', '\\x00\\x7f'],
    ['a\u202etxt.exe\u2066', 'a\\u202etxt.exe\\u2066'],
  ] as const) {
    assert.is(tame(text), shown)
  }
})

test('tameLine() lets no colour go on into the next line', () => {
  assert.is(tameLine('\u001b[31mred'), '\u001b[31mred\u001b[0m')
  assert.is(tameLine('none'), 'none')
})

test.run()
